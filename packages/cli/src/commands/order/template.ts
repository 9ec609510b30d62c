// The orders of iexec.json: what they are to begin with, and how they are read before they are signed.
import {
  NO_ADDRESS,
  ORDER_FIELDS,
  isSameAddress,
  parseParams,
  encodeTag,
  serializeParams,
  unreachable,
  type Order,
  type OrderField,
  type OrderKind,
  type Params,
} from '@iexec/protocol'
import type { AssetKind, Iexec } from '@iexec/sdk'
import type { Address } from 'viem'
import { CliError, type CliErrorCode } from '../../cliError.ts'
import { orderName, readOrderField } from '../../files/ordersFile.ts'
import { isObject, readPrice, wrongValue, type Section } from '../../files/section.ts'

/** Assets that a project has, and whoever asks: what a template is filled with. */
export type Known = { readonly [Kind in AssetKind]?: Address | undefined } & {
  readonly requester?: Address | undefined
}

type Template = Readonly<Record<string, unknown>>

/**
 * An order to begin with: free, open to everybody, and of the project's own assets. Nothing of it is signed yet.
 *
 * @example
 * orderTemplate('app', { app: '0x…' }) // { app: '0x…', appprice: '0', volume: '1000000', tag: [], … }
 */
export function orderTemplate(kind: OrderKind, { app, dataset, workerpool, requester }: Known): Template {
  switch (kind) {
    case 'app':
      return {
        app: app ?? NO_ADDRESS,
        appprice: '0',
        volume: '1000000',
        tag: [],
        ...openTo('dataset', 'workerpool', 'requester'),
      }
    case 'dataset':
      return {
        dataset: dataset ?? NO_ADDRESS,
        datasetprice: '0',
        volume: '1000000',
        tag: [],
        ...openTo('app', 'workerpool', 'requester'),
      }
    case 'workerpool':
      return {
        workerpool: workerpool ?? NO_ADDRESS,
        workerpoolprice: '0',
        volume: '1',
        tag: [],
        category: '0',
        trust: '0',
        ...openTo('app', 'dataset', 'requester'),
      }
    case 'request':
      return requestTemplate(app, requester)
    default:
      return unreachable(kind)
  }
}

function openTo(...sides: readonly string[]): Template {
  return Object.fromEntries(sides.map((side) => [`${side}restrict`, NO_ADDRESS]))
}

function requestTemplate(app: Address | undefined, requester: Address | undefined): Template {
  return {
    app: app ?? NO_ADDRESS,
    appmaxprice: '0',
    dataset: NO_ADDRESS,
    datasetmaxprice: '0',
    workerpool: NO_ADDRESS,
    workerpoolmaxprice: '0',
    // Who signs, when nobody is named.
    ...(requester === undefined ? {} : { requester, beneficiary: requester }),
    volume: '1',
    category: '0',
    trust: '0',
    tag: [],
    callback: NO_ADDRESS,
    params: { iexec_args: '', iexec_input_files: [], iexec_result_encryption: false },
  }
}

/** What an order of iexec.json says, as the verbs of the SDK take it. */
export type Wish = Readonly<Record<string, unknown>> & { readonly kind: OrderKind }

/**
 * Reads an order of iexec.json. Prices may have a unit; a tag is a list of names, names with commas, or hex; an asset that is
 * not named is the project's own. A field that is left out is what `createOrder` of the SDK makes it; an empty text is refused.
 *
 * @param deployed the project's own assets on the chain
 * @throws CliError `BadFile` with file, key and value
 */
export function readTemplate(kind: OrderKind, section: Section, deployed: Known): Wish {
  const listed: readonly OrderField[] = ORDER_FIELDS[kind]
  for (const key of Object.keys(section.values)) {
    if (!listed.some(({ name }) => name === key)) throw unknownKey(section.place, key, listed)
  }
  const given = listed.filter(({ name }) => section.values[name] !== undefined)
  const fields = Object.fromEntries(given.map((field) => [field.name, readField(section, field)]))
  const asset = kind === 'request' ? 'app' : kind
  return { kind, ...fields, [asset]: assetOf(section, { kind: asset, own: deployed[asset], said: fields[asset] }) }
}

type AssetSaid = { readonly kind: AssetKind; readonly own: Address | undefined; readonly said: unknown }

function assetOf({ place }: Section, { kind, own, said }: AssetSaid): Address {
  if (typeof said === 'string' && !isSameAddress(said as Address, NO_ADDRESS)) return said as Address
  if (own !== undefined) return own
  throw new CliError('BadFile', `${place}.${kind} names no ${kind}, and deployed.json has none for this chain.`, {
    hints: [`Write its address there, or make one: iexec ${kind} deploy`],
  })
}

const EMPTY = 'filled in, or left out for the default'

function readField(section: Section, field: OrderField): unknown {
  const { name } = field
  const given = section.values[name]
  // What is left out is what `init` writes; what is left empty was to be filled in, and would be signed as nothing or as everybody.
  if (given === '' && name !== 'params') throw wrongValue(`${section.place}.${name}`, given, EMPTY)
  if (name.endsWith('price')) return readPrice(section, name)
  if (name === 'tag') return readTag(section, given)
  if (name === 'params') return readParams(section, given)
  const value = readOrderField(section, field)
  if (name === 'volume' && value === 0n) throw wrongValue(`${section.place}.volume`, given, '1 or more')
  return value
}

function readTag({ place }: Section, given: unknown): string {
  const isTag = typeof given === 'string' || (Array.isArray(given) && given.every((name) => typeof name === 'string'))
  if (!isTag) throw wrongValue(`${place}.tag`, given, 'a list of names, such as ["tee"], or 0x and 64 hex digits')
  return inPlace(`${place}.tag`, () => encodeTag(given as string | readonly string[]))
}

function readParams({ place }: Section, given: unknown): Params | string {
  if (typeof given !== 'string' && !isObject(given)) throw wrongValue(`${place}.params`, given, 'an object, or a text')
  return checkParams(typeof given === 'string' ? given : JSON.stringify(given), `${place}.params`)
}

/**
 * Params that are understood. What `init` writes and nobody filled in is left out, so that a run without a TEE does not say it.
 *
 * @param place where they stand: the key of a file, or an option
 * @param code what it means that they cannot be used
 * @throws CliError with everything that is wrong with them
 */
export function checkParams(given: string, place: string, code: CliErrorCode = 'BadFile'): string {
  const read = parseParams(given)
  if (!read.ok) {
    throw new CliError(code, `${place}: ${read.problems.map(({ sentence }) => sentence).join(' ')}`)
  }
  // The protocol takes a text that is no JSON for arguments; nobody who types a bracket first means that.
  if (read.form === 'text' && /^\s*[[{]/u.test(given)) {
    throw new CliError(code, `${place}: "${given}" begins like JSON, and is no JSON object.`, {
      hints: [`Write {"iexec_args":"--fast"}; arguments that begin with a bracket go into iexec_args, too.`],
    })
  }
  checkArgs(read.params.iexec_args ?? '', place, code)
  const said = Object.entries(read.params).filter(([, value]) => !isNothing(value))
  return serializeParams(Object.fromEntries(said))
}

/** What a shell splits: pieces without quotes, escaped characters, and quotes that end. */
const SPLITTABLE = /^(?:[^"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')*\\?$/su

/**
 * Arguments that can be split as a shell does.
 *
 * @param place where they stand: the key of a file, or an option
 * @param code what it means that they cannot be used
 * @throws CliError when a quote does not end
 * @example
 * checkArgs('--name "Ada', '--args', 'Usage') // throws: --args: a quote does not end …
 */
export function checkArgs(given: string, place: string, code: CliErrorCode = 'BadFile'): string {
  if (SPLITTABLE.test(given)) return given
  throw new CliError(code, `${place}: a quote does not end in the arguments "${given}".`, {
    hints: ['End it; for a quote that is meant as such, write \\" or \\\'.'],
  })
}

function isNothing(value: unknown): boolean {
  return value === '' || value === false || (Array.isArray(value) && value.length === 0)
}

/** The failure of a value that cannot be read, with the place where it stands. */
function inPlace<Value>(place: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('BadFile', `${place}: ${why}`, { cause })
  }
}

function unknownKey(place: string, key: string, listed: readonly OrderField[]): CliError {
  const known = listed.map(({ name }) => name).join(', ')
  return new CliError('BadFile', `${place} has a key "${key}", which means nothing in ${orderOf(place)}.`, {
    hints: [`The keys are ${known}.`],
  })
}

function orderOf(place: string): string {
  return place.endsWith(orderName('request')) ? 'a request' : 'an order of this kind'
}

/**
 * The order that a template describes, with a salt of its own.
 *
 * @throws IexecError `InvalidInput`, `NoSigner`
 */
export function createOrder({ orders }: Pick<Iexec, 'orders'>, { kind, ...wish }: Wish): Order {
  // The fields are those of the kind: both come from the protocol's list.
  switch (kind) {
    case 'app':
      return orders.createApp(wish as Parameters<typeof orders.createApp>[0])
    case 'dataset':
      return orders.createDataset(wish as Parameters<typeof orders.createDataset>[0])
    case 'workerpool':
      return orders.createWorkerpool(wish as Parameters<typeof orders.createWorkerpool>[0])
    case 'request':
      return orders.createRequest(wish as Parameters<typeof orders.createRequest>[0])
    default:
      return unreachable(kind)
  }
}

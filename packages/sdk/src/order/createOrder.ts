// Makes orders: what is not said is free, open to everybody, and of a salt of its own.
import {
  NO_ADDRESS,
  ORDER_FIELDS,
  encodeTag,
  parseParams,
  serializeParams,
  type Order,
  type OrderFields,
  type OrderKind,
  type Params,
} from '@iexec/protocol'
import { bytesToHex, getAddress, type Address, type Hex } from 'viem'
import type { Context } from '../context.ts'
import { IexecError, asIexecError } from '../error/iexecError.ts'
import { requireKnownFields } from '../error/knownFields.ts'
import { requireSigner } from '../signer/signer.ts'
import { requireOrder } from './requireOrder.ts'

/** A tag by its names (`['tee', 'tdx']`, or with commas between them), or in hex. */
export type TagInput = string | readonly string[]

type Wish<Kind extends OrderKind, Required extends keyof OrderFields[Kind]> = Partial<
  Omit<OrderFields[Kind], Required | 'tag' | 'params'>
> &
  Pick<OrderFields[Kind], Required> & { readonly tag?: TagInput }

/** What an app order must say, and may. Prices are nRLC for one task. */
export type NewAppOrder = Wish<'app', 'app'>
/** What a dataset order must say, and may. */
export type NewDatasetOrder = Wish<'dataset', 'dataset'>
/** What a workerpool order must say, and may. */
export type NewWorkerpoolOrder = Wish<'workerpool', 'workerpool'>
/** What a request must say, and may. Params as an object, as JSON, or as a plain text, which is the app's arguments. */
export type NewRequestOrder = Wish<'request', 'app'> & { readonly params?: Params | string }

/** How many tasks an app or a dataset serves, when nobody says. */
const ASSET_VOLUME = 1_000_000n

/**
 * An app order: free, for a million tasks, open to everybody, unless it says otherwise.
 *
 * @throws IexecError `InvalidInput`
 * @example
 * createAppOrder(context, { app: '0x…', appprice: parseRlc('0.1 RLC'), requesterrestrict: alice })
 */
export function createAppOrder(context: Context, order: NewAppOrder): Order<'app'> {
  return whole(context, {
    kind: 'app',
    ...sale(),
    appprice: 0n,
    volume: ASSET_VOLUME,
    datasetrestrict: NO_ADDRESS,
    ...given(order),
  })
}

/**
 * A dataset order: free, for a million tasks, open to everybody, unless it says otherwise.
 *
 * @throws IexecError `InvalidInput`
 */
export function createDatasetOrder(context: Context, order: NewDatasetOrder): Order<'dataset'> {
  return whole(context, {
    kind: 'dataset',
    ...sale(),
    datasetprice: 0n,
    volume: ASSET_VOLUME,
    apprestrict: NO_ADDRESS,
    ...given(order),
  })
}

/**
 * A workerpool order: free, for one task of category 0 without trust, open to everybody, unless it says otherwise.
 *
 * @throws IexecError `InvalidInput`
 */
export function createWorkerpoolOrder(context: Context, order: NewWorkerpoolOrder): Order<'workerpool'> {
  const { workerpoolrestrict: _itself, ...open } = sale()
  return whole(context, {
    kind: 'workerpool',
    ...open,
    workerpoolprice: 0n,
    volume: 1n,
    category: 0n,
    trust: 0n,
    apprestrict: NO_ADDRESS,
    datasetrestrict: NO_ADDRESS,
    ...given(order),
  })
}

/**
 * A request of the signer: one task of category 0 that pays nothing, for himself, on any workerpool, unless it says otherwise.
 *
 * @throws IexecError `InvalidInput`, also for params that nobody understands; `NoSigner` when no requester is named
 * @example
 * createRequestOrder(context, { app: '0x…', params: { iexec_args: '--fast' }, workerpoolmaxprice: parseRlc('1 RLC') })
 */
export function createRequestOrder(context: Context, { params, ...order }: NewRequestOrder): Order<'request'> {
  const requester = order.requester ?? requireSigner(context).address
  return whole(context, {
    kind: 'request',
    tag: encodeTag(''),
    salt: newSalt(),
    appmaxprice: 0n,
    dataset: NO_ADDRESS,
    datasetmaxprice: 0n,
    workerpool: NO_ADDRESS,
    workerpoolmaxprice: 0n,
    requester,
    volume: 1n,
    category: 0n,
    trust: 0n,
    beneficiary: requester,
    callback: NO_ADDRESS,
    params: writeParams(params ?? {}, order.callback),
    ...given(order),
  })
}

type Open = {
  readonly tag: Hex
  readonly salt: Hex
  readonly workerpoolrestrict: Address
  readonly requesterrestrict: Address
}

function sale(): Open {
  return { tag: encodeTag(''), salt: newSalt(), workerpoolrestrict: NO_ADDRESS, requesterrestrict: NO_ADDRESS }
}

/** 32 random bytes, so that two orders that say the same are two orders. */
function newSalt(): Hex {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
}

/** What is said, without what is said to be undefined; the tag in hex. */
function given<Fields extends { readonly tag?: TagInput }>(
  order: Fields,
): Omit<Fields, 'tag'> & { readonly tag?: Hex } {
  const said = Object.entries(order).filter(([, value]) => value !== undefined)
  const { tag, ...fields } = Object.fromEntries(said) as Fields
  return tag === undefined ? fields : { ...fields, tag: inWords(() => encodeTag(tag)) }
}

/** Nothing but the fields of its kind, each checked; addresses with their checksum. */
function whole<Kind extends OrderKind>(context: Context, order: Order<Kind> & Order): Order<Kind> {
  requireOrder(context, order)
  if (order.volume < 1n) {
    throw new IexecError(
      'InvalidInput',
      `The volume of the ${order.kind} order is ${order.volume}, and must be 1 or more.`,
      {
        details: { code: 'InvalidVolume', given: order.volume },
      },
    )
  }
  // A mistyped price would be a price of nothing.
  const known = ORDER_FIELDS[order.kind].map(({ name }) => name)
  const { kind, ...said } = order
  requireKnownFields(said, known, `the ${kind} order`)
  const fields = Object.entries(order).map(([name, value]) => [name, isAddressText(value) ? getAddress(value) : value])
  return Object.fromEntries(fields) as Order<Kind>
}

function isAddressText(value: unknown): value is Address {
  return typeof value === 'string' && /^0x[\da-fA-F]{40}$/u.test(value)
}

/**
 * Params as the request carries them. Where the result goes is always said: to IPFS, unless a contract is called back with it.
 */
function writeParams(params: Params | string, callback: Address = NO_ADDRESS): string {
  const read = parseParams(typeof params === 'string' ? params : JSON.stringify(params))
  if (!read.ok) {
    const [first] = read.problems
    throw new IexecError('InvalidInput', read.problems.map(({ sentence }) => sentence).join(' '), {
      details: { code: first?.reason ?? 'WrongValue', problems: read.problems },
    })
  }
  const stored = callback === NO_ADDRESS ? ({ iexec_result_storage_provider: 'ipfs' } as const) : {}
  return serializeParams({ ...stored, ...read.params })
}

function inWords<Value>(work: () => Value): Value {
  try {
    return work()
  } catch (error) {
    throw asIexecError(error)
  }
}

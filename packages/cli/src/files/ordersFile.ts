// orders.json: the signed orders of a project, one of each kind on each chain.
import { ORDER_FIELDS, type Order, type OrderField, type OrderKind, type Signed } from '@iexec/protocol'
import type { ChainSettings } from '@iexec/sdk'
import { join } from 'node:path'
import { CliError } from '../cliError.ts'
import { changingFile, readJsonFile, writeJsonFile } from './jsonFile.ts'
import { asAddress, isObject, readSection, unknownKey, wrongValue, type Section } from './section.ts'

/** The name of a kind in iexec.json, in orders.json and in answers for scripts. */
export type OrderName = `${OrderKind}order`

/** All kinds, in the order of the flow. */
export const ORDER_KINDS: readonly OrderKind[] = ['app', 'dataset', 'workerpool', 'request']

/**
 * The name of a kind in files and answers.
 *
 * @example
 * orderName('app') // 'apporder'
 */
export function orderName(kind: OrderKind): OrderName {
  return `${kind}order`
}

/** One order of the file. */
export type OrderPlace<Kind extends OrderKind> = {
  readonly kind: Kind
  readonly chain: Pick<ChainSettings, 'name' | 'chainId'>
}

/**
 * The signed order of a kind on a chain; `undefined` when there is none.
 *
 * @throws CliError `BadFile` with file, key and value
 */
export async function findSignedOrder<Kind extends OrderKind>(
  folder: string,
  { kind, chain }: OrderPlace<Kind>,
): Promise<Signed<Kind> | undefined> {
  const path = ordersFilePath(folder)
  const orders = (await readOrdersFile(folder))[String(chain.chainId)]
  const given = orders?.[orderName(kind)]
  return given === undefined ? undefined : readSigned(kind, readSection(given, `${path}: ${placeOf(chain, kind)}`))
}

/**
 * The signed order of a kind on a chain.
 *
 * @throws CliError `MissingFile` when there is none, with the chains for which there is one; `BadFile`
 */
export async function requireSignedOrder<Kind extends OrderKind>(
  folder: string,
  place: OrderPlace<Kind>,
): Promise<Signed<Kind>> {
  const found = await findSignedOrder(folder, place)
  if (found !== undefined) return found
  const { kind, chain } = place
  const file = await readOrdersFile(folder)
  const others = Object.keys(file).filter((chainId) => file[chainId]?.[orderName(kind)] !== undefined)
  const elsewhere = others.length === 0 ? '' : `; it has one for chain ${others.join(', ')}`
  throw new CliError(
    'MissingFile',
    `orders.json has no signed ${orderName(kind)} for the chain ${chain.name} (${chain.chainId})${elsewhere}.`,
    { hints: [`iexec order sign --${kind} signs what iexec.json says.`] },
  )
}

/**
 * Writes signed orders of a chain, all or none, and leaves all else as it is.
 *
 * @throws CliError `BadFile`
 */
export async function writeSignedOrders(folder: string, chainId: number, orders: readonly Signed[]): Promise<void> {
  const path = ordersFilePath(folder)
  const written = Object.fromEntries(orders.map((order) => [orderName(order.kind), signedToJson(order)]))
  await changingFile(path, async () => {
    // Read again: another command may have written since.
    const file = await readOrdersFile(folder)
    await writeJsonFile(path, { ...file, [String(chainId)]: { ...file[String(chainId)], ...written } })
  })
}

/**
 * Goes on when the file could be read and written as it is.
 *
 * @throws CliError `BadFile`
 */
export async function requireReadable(folder: string): Promise<void> {
  await readOrdersFile(folder)
}

/** How numbers are written: as texts in files, as numbers in what markets answer. */
export type NumberForm = 'text' | 'number'

/**
 * A signed order as JSON: its fields in the order of the contracts, and the signature.
 *
 * @example
 * signedToJson(order) // { app: '0x…', appprice: '0', …, salt: '0x…', sign: '0x…' }
 */
export function signedToJson(order: Signed, numbers: NumberForm = 'text'): Readonly<Record<string, string | number>> {
  return { ...fieldsToJson(order, numbers), sign: order.sign }
}

function fieldsToJson(order: Order, numbers: NumberForm): Readonly<Record<string, string | number>> {
  const values = order as unknown as Readonly<Record<string, bigint | string>>
  const listed: readonly OrderField[] = ORDER_FIELDS[order.kind]
  return Object.fromEntries(
    listed.map(({ name }) => {
      const value = values[name] ?? ''
      return [name, typeof value === 'bigint' && numbers === 'number' ? Number(value) : String(value)]
    }),
  )
}

type OrdersFile = Readonly<Record<string, Readonly<Record<string, unknown>>>>

function ordersFilePath(folder: string): string {
  return join(folder, 'orders.json')
}

async function readOrdersFile(folder: string): Promise<OrdersFile> {
  const path = ordersFilePath(folder)
  const file = (await readJsonFile(path)) ?? {}
  if (!isObject(file)) throw wrongValue(path, file, 'an object of chain ids and orders')
  for (const [chainId, orders] of Object.entries(file)) {
    if (!/^[1-9]\d{0,15}$/u.test(chainId)) throw unknownKey(path, chainId, 'an id of a chain')
    const place = `${path}: ${chainId}`
    const { values } = readSection(orders, place)
    for (const name of Object.keys(values)) {
      if (!ORDER_KINDS.some((kind) => orderName(kind) === name)) throw unknownKey(place, name, 'a kind of order')
    }
  }
  return file as OrdersFile
}

function placeOf({ chainId }: { readonly chainId: number }, kind: OrderKind): string {
  return `${chainId}.${orderName(kind)}`
}

function readSigned<Kind extends OrderKind>(kind: Kind, section: Section): Signed<Kind> {
  const listed: readonly OrderField[] = ORDER_FIELDS[kind]
  const fields = listed.map((field) => [field.name, readOrderField(section, field)])
  const sign = section.values['sign']
  if (typeof sign !== 'string' || !/^0x(?:[\da-f]{2})*$/iu.test(sign)) {
    throw wrongValue(`${section.place}.sign`, sign, 'a signature in hex')
  }
  return { kind, ...Object.fromEntries(fields), sign } as Signed<Kind>
}

/**
 * One field of an order, as it stands in a file.
 *
 * @throws CliError `BadFile`
 */
export function readOrderField({ place, values }: Section, { name, type }: OrderField): bigint | string {
  const given = values[name]
  const wrong = (wanted: string): CliError => wrongValue(`${place}.${name}`, given, wanted)
  switch (type) {
    case 'address':
      return asAddress(given, `${place}.${name}`)
    case 'bytes32':
      if (typeof given === 'string' && /^0x[\da-f]{64}$/iu.test(given)) return given.toLowerCase()
      throw wrong('0x and 64 hex digits')
    case 'uint256':
      if ((typeof given === 'string' || Number.isSafeInteger(given)) && /^\d{1,78}$/u.test(String(given))) {
        return BigInt(String(given))
      }
      throw wrong('a whole number')
    default:
      if (typeof given === 'string') return given
      throw wrong('a text')
  }
}

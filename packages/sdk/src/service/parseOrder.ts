// Reads published orders: field by field as the protocol lists them, and only when their hash is what they are.
import { ORDER_FIELDS, hashOrder, type OrderField, type OrderHash, type OrderKind, type Signed } from '@iexec/protocol'
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { isOfChain, readAddress, readAmount, readHash, readHex, readObject, readText, readWord } from './parse.ts'

/** What became of a published order: `dead` is what could not be matched any more when the market looked. */
export type OrderStatus = 'open' | 'filled' | 'canceled' | 'dead'

const STATUSES: readonly OrderStatus[] = ['open', 'filled', 'canceled', 'dead']

/** An order as the market shows it. */
export type PublishedOrder<Kind extends OrderKind = OrderKind> = {
  readonly [K in Kind]: {
    readonly orderHash: OrderHash
    readonly order: Signed<K>
    /** How many tasks are left of its volume, as far as the market knows. */
    readonly remaining: bigint
    readonly status: OrderStatus
    /** ISO 8601. */
    readonly publicationTimestamp: string
    /** Owner of the asset, or the requester. */
    readonly signer: Address
  }
}[Kind]

/**
 * Reads a published order. Its hash is computed here: what the market calls by another one is refused.
 *
 * @throws IexecError `BadAnswer`
 */
export function parsePublishedOrder<Kind extends OrderKind>(
  context: Context,
  kind: Kind,
  given: unknown,
): PublishedOrder<Kind> {
  const where = `a published ${kind} order`
  const item = readObject(given, where)
  const order: Signed = parseOrder<OrderKind>(kind, item['order'])
  const orderHash = readHash(item['orderHash'], `the hash of ${where}`)
  const actual = hashOrder(order, context.domain)
  if (actual !== orderHash || !isOfChain(item['chainId'], context.chain)) {
    throw new IexecError(
      'BadAnswer',
      `The market calls an order ${orderHash}, and its hash on this chain is ${actual}.`,
      {
        hints: ['Look whether the URL of the market is right; if it is, do not trust this market.'],
        details: { claimed: orderHash, actual, chainId: item['chainId'] },
      },
    )
  }
  // The fields are those of the kind: both come from the protocol's list.
  return {
    orderHash: actual,
    order,
    remaining: readAmount(item['remaining'], `what remains of ${where}`),
    status: readWord(item['status'], STATUSES, `the status of ${where}`),
    publicationTimestamp: readText(item['publicationTimestamp'], `the time of ${where}`),
    signer: readAddress(item['signer'], `the signer of ${where}`),
  } as unknown as PublishedOrder<Kind>
}

/** Reads a signed order of the wire. */
function parseOrder<Kind extends OrderKind>(kind: Kind, given: unknown): Signed<Kind> {
  const values = readObject(given, `the ${kind} order`)
  const listed: readonly OrderField[] = ORDER_FIELDS[kind]
  const fields = listed.map(({ name, type }) => [name, readField(type, values[name], `${name} of the ${kind} order`)])
  const sign = readHex(values['sign'], `the signature of the ${kind} order`)
  return { kind, ...Object.fromEntries(fields), sign } as Signed<Kind>
}

function readField(type: OrderField['type'], given: unknown, where: string): bigint | string {
  if (type === 'address') return readAddress(given, where)
  if (type === 'bytes32') return readHash(given, where)
  return type === 'string' ? readText(given, where) : readAmount(given, where)
}

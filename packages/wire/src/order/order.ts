// Signed orders as JSON, and the way to the protocol's orders and back. Numbers are JSON numbers, so they end at 2^53-1.
// Without zod, so that a browser that signs and publishes does not load it: `orderSchema.ts` reads what strangers send.
import { ORDER_FIELDS, type OrderField, type OrderFields, type OrderKind, type Signed } from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import { getAddress } from 'viem/utils'
import { kindOfWire, type KindOfWire, type WireKind } from './kind.ts'

type AsJson<Fields> = { readonly [Name in keyof Fields]: Fields[Name] extends bigint ? number : Fields[Name] }

/** A signed order as JSON: addresses with checksum, 32 bytes in lower case, and `sign`. */
export type WireOrder<K extends WireKind = WireKind> = {
  readonly [W in K]: AsJson<OrderFields[KindOfWire<W>]> & { readonly sign: Hex }
}[K]

/**
 * The protocol's order of an order of the wire.
 *
 * @example
 * hashOrder(toSignedOrder('apporder', wireOrder), domain)
 */
export function toSignedOrder<K extends WireKind>(kind: K, order: WireOrder<K>): Signed<KindOfWire<K>> {
  const values = order as Readonly<Record<string, number | string>>
  const protocolKind = kindOfWire(kind)
  const fields = fieldsOfKind(protocolKind).map(({ name, type }) => {
    const value = values[name] ?? ''
    return [name, type === 'uint256' ? BigInt(value) : value]
  })
  return { kind: protocolKind, ...Object.fromEntries(fields), sign: order.sign } as Signed<KindOfWire<K>>
}

/**
 * The order of the wire of a signed order; `undefined` when a number of it is beyond 2^53-1, so that JSON cannot say it.
 *
 * @example
 * toWireOrder(signed) // { app: '0x…', appprice: 1, …, sign: '0x…' }
 */
export function toWireOrder<K extends OrderKind>(order: Signed<K>): WireOrder<`${K}order`> | undefined {
  const values = order as unknown as Readonly<Record<string, bigint | string>>
  const fields = fieldsOfKind(order.kind).map(({ name, type }): [string, number | string] => {
    const value = values[name] ?? ''
    if (type === 'uint256') return [name, Number(value)]
    if (type === 'address') return [name, getAddress(value as Address)]
    return [name, type === 'bytes32' ? String(value).toLowerCase() : String(value)]
  })
  if (fields.some(([, value]) => typeof value === 'number' && !Number.isSafeInteger(value))) return undefined
  return { ...Object.fromEntries(fields), sign: order.sign } as unknown as WireOrder<`${K}order`>
}

function fieldsOfKind(kind: OrderKind): readonly OrderField[] {
  return ORDER_FIELDS[kind]
}

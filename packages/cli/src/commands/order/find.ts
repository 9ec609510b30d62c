// The order that a line means: by its hash, as the market has it; else the signed one of orders.json.
import type { OrderHash, OrderKind, Signed } from '@iexec/protocol'
import type { ChainSettings, Iexec } from '@iexec/sdk'
import { requireSignedOrder } from '../../files/ordersFile.ts'
import { projectFolder } from '../../session.ts'
import type { Item } from './attempt.ts'
import type { Named } from './kinds.ts'

/** An order of orders.json, or the hash of one that somebody published. */
export type Meant<Kind extends OrderKind = OrderKind> = Item & {
  readonly kind: Kind
  readonly orderHash: OrderHash | undefined
  /** `undefined` when only its hash is known. */
  readonly order: Signed | undefined
}

/**
 * What a line means, as far as files tell it: nobody is asked before it is certain that there is something to ask for.
 *
 * @throws CliError `MissingFile`, `BadFile`
 */
export async function readMeant({ kind, orderHash }: Named, chain: ChainSettings): Promise<Meant> {
  if (orderHash !== undefined) return { kind, orderHash, order: undefined }
  const order: Signed = await requireSignedOrder(projectFolder(), { kind, chain })
  return { kind, orderHash, order }
}

/** The hash of what a line means. */
export function hashOf({ orders }: Iexec, { orderHash, order }: Meant): OrderHash {
  if (order !== undefined) return orders.hash(order)
  if (orderHash !== undefined) return orderHash
  throw new TypeError('An order has a hash or is there.')
}

/**
 * The order that a line means; one of which only the hash is known is fetched from the market.
 *
 * @throws IexecError `NotFound`, and whatever the market says
 */
export async function fetchMeant(iexec: Iexec, meant: Meant): Promise<Signed> {
  if (meant.order !== undefined) return meant.order
  const published = await iexec.orders.fetch<OrderKind>(meant.kind, hashOf(iexec, meant))
  return published.order
}

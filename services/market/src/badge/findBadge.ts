// What the badge of an app or a workerpool tells: what it costs now, and how it has done in all its days.
import type { Address } from 'viem'
import { listOrders } from '../book/index.ts'
import type { Reader } from '../db/database.ts'
import type { BadgeFacts } from './drawBadge.ts'

/** Whose badge. */
export type BadgeWish = {
  readonly chainId: number
  readonly kind: BadgeFacts['kind']
  /** Lower case. */
  readonly address: Address
}

/**
 * Finds what a badge tells; `undefined` when no registry has one of this kind at the address.
 *
 * @example
 * await findBadge(market.read, { chainId: 134, kind: 'app', address })
 */
export async function findBadge(reader: Reader, wish: BadgeWish): Promise<BadgeFacts | undefined> {
  const { kind, address } = wish
  const asset = await reader
    .selectFrom('asset')
    .select('name')
    .where('address', '=', address)
    .where('kind', '=', kind)
    .executeTakeFirst()
  if (asset === undefined) return undefined
  const { completed, fruitless, failed } = await reader
    .selectFrom('stat')
    .select(({ fn }) => [
      fn.sum<number | null>('completed').as('completed'),
      fn.sum<number | null>('fruitless').as('fruitless'),
      fn.sum<number | null>('failed').as('failed'),
    ])
    .where('subject', '=', address)
    .executeTakeFirstOrThrow()
  const paid = Number(completed)
  return {
    kind,
    name: asset.name,
    price: await cheapest(reader, wish),
    ended: paid + Number(failed),
    fruitful: paid - Number(fruitless),
  }
}

/** Of the open orders that are for everybody. */
async function cheapest(reader: Reader, { chainId, kind, address }: BadgeWish): Promise<number | undefined> {
  const page = { skip: 0, limit: 1 }
  if (kind === 'app') {
    const { orders } = await listOrders(reader, { chainId, kind: 'apporder', query: { app: address }, page })
    return orders[0]?.order.appprice
  }
  const { orders } = await listOrders(reader, {
    chainId,
    kind: 'workerpoolorder',
    query: { workerpool: address },
    page,
  })
  return orders[0]?.order.workerpoolprice
}

// Questions to the order book: the orders that fit some filters, cheapest first, and single orders of any status.
import {
  kindOfWire,
  pagedAnswer,
  type OrderItem,
  type OrderQuery,
  type Page,
  type Paged,
  type WireKind,
} from '@iexec/wire'
import type { Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import { isSought } from './filter.ts'
import { lowerCase, toItem, toListItem } from './row.ts'

/** Which orders are asked for. */
export type OrdersWanted<K extends WireKind> = {
  readonly chainId: number
  readonly kind: K
  readonly query: OrderQuery<K>
  readonly page: Page
}

/** One page of orders. */
export type OrderList<K extends WireKind> = Paged & { readonly orders: readonly OrderItem<K>[] }

/**
 * Lists orders, open ones unless the query says otherwise: the cheapest first, of requests those that pay most; of the same price the oldest.
 *
 * @example
 * await listOrders(reader, { chainId, kind: 'apporder', query: { app: 'any' }, page: { skip: 0, limit: 20 } })
 */
export async function listOrders<K extends WireKind>(
  reader: Reader,
  { chainId, kind, query, page }: OrdersWanted<K>,
): Promise<OrderList<K>> {
  const sought = reader.selectFrom('book_order').where((rows) => isSought(rows, kind, query))
  const { count } = await sought.select((rows) => rows.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  if (count <= page.skip) return { orders: [], ...pagedAnswer({ count, rows: 0, page }) }

  const rows = await sought
    .selectAll()
    .orderBy('price', kind === 'requestorder' ? 'desc' : 'asc')
    .orderBy('published_at')
    .orderBy('hash')
    .limit(page.limit)
    .offset(page.skip)
    .execute()
  const orders = rows.map((row) => toListItem<K>(row, chainId))
  return { orders, ...pagedAnswer({ count, rows: orders.length, page }) }
}

/** Which order is asked for. */
export type OrderWanted<K extends WireKind> = { readonly chainId: number; readonly kind: K; readonly hash: Hex }

/**
 * One published order, whatever became of it.
 *
 * @example
 * await findOrder(reader, { chainId, kind: 'apporder', hash }) // undefined when it was never published, or taken back
 */
export async function findOrder<K extends WireKind>(
  reader: Reader,
  { chainId, kind, hash }: OrderWanted<K>,
): Promise<OrderItem<K> | undefined> {
  const row = await reader
    .selectFrom('book_order')
    .selectAll()
    .where('hash', '=', lowerCase(hash))
    .where('kind', '=', kindOfWire(kind))
    .executeTakeFirst()
  return row === undefined ? undefined : toItem<K>(row, chainId)
}

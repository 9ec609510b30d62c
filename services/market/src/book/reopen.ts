// The book before it is judged anew: what undone blocks did to it is taken back, and what nobody can know is opened.
import type { WireOrder } from '@iexec/wire'
import type { Reader, Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import { restoreDead } from './revived.ts'
import { goneFrom } from './dependants.ts'
import { lowerCase } from './row.ts'
import { UNTOUCHED_BOOK, type BroadcastOrder, type Touched } from './touched.ts'

type Row = Pick<BookOrderTable, 'hash' | 'kind' | 'signer' | 'status' | 'app' | 'dataset' | 'workerpool'>
const COLUMNS = ['hash', 'kind', 'signer', 'status', 'app', 'dataset', 'workerpool'] as const

/**
 * Takes out what the undone blocks broadcast, unless it was dead in the book before, and opens what they filled, canceled or
 * killed.
 *
 * @param lastKeptBlock the youngest block that stays
 * @returns what was touched by that, to be united with what the undone blocks touched, and rechecked
 * @example
 * const touched = uniteTouched(await reopenBook(writer, 99, announce), whatTheBlocksTouched)
 */
export async function reopenBook(writer: Writer, lastKeptBlock: number, announce: Announce): Promise<Touched> {
  const removed: readonly Row[] = await writer
    .deleteFrom('book_order')
    .where('broadcast_block', '>', lastKeptBlock)
    .returning(COLUMNS)
    .execute()
  await restoreDead(writer, lastKeptBlock)
  const reopened: readonly Row[] = await writer
    .updateTable('book_order')
    .set({ status: 'open', status_block: null })
    .where('status_block', '>', lastKeptBlock)
    .returning(COLUMNS)
    .execute()
  for (const { kind, hash } of removed.filter(({ status }) => status === 'open')) {
    announce({ type: 'order_unpublished', kind, hash })
  }
  for (const { kind, hash } of reopened) announce({ type: 'order_published', kind, hash })
  return {
    orders: new Set(reopened.map(({ hash }) => hash)),
    accounts: new Set(reopened.map(({ signer }) => signer)),
    assets: new Set([...removed, ...reopened].flatMap((row) => (row.kind === 'request' ? [] : row[row.kind]))),
    broadcasts: [],
    undone: true,
  }
}

/**
 * What has to be judged when the tables were read anew and are complete: everything that stands in the book.
 *
 * @returns what `recheckBook` takes
 */
export async function wholeBook(writer: Writer): Promise<Touched> {
  const rows = await writer
    .selectFrom('book_order')
    .select(COLUMNS)
    .where((row) => row.or([row('status', 'in', ['open', 'filled', 'canceled']), row('status_block', 'is not', null)]))
    .execute()
  return {
    ...UNTOUCHED_BOOK,
    orders: new Set(rows.map(({ hash }) => hash)),
    accounts: new Set(rows.map(({ signer }) => signer)),
    assets: new Set(rows.flatMap((row) => (row.kind === 'request' ? [] : [row[row.kind]]))),
    undone: true,
  }
}

/**
 * The broadcast requests that were refused when the tables were built anew, for assets of which people published orders: those
 * may just not have been open then.
 */
export async function requestsOnPublished(reader: Reader): Promise<readonly BroadcastOrder[]> {
  const offers = await reader
    .selectFrom('book_order')
    .select(['kind', 'app', 'dataset'])
    .distinct()
    .where('kind', 'in', ['app', 'dataset'])
    .where('broadcast_block', 'is', null)
    .execute()
  if (offers.length === 0) return []
  const { app, dataset } = goneFrom(offers)
  const rows = await reader
    .selectFrom('chain_order')
    .innerJoin('block', 'block.number', 'chain_order.block')
    .leftJoin('book_order', 'book_order.hash', 'chain_order.hash')
    .select(['chain_order.hash', 'chain_order.broadcast', 'block.timestamp'])
    .where('chain_order.kind', '=', 'request')
    .where('chain_order.closed', '=', 0)
    .where('chain_order.broadcast', 'is not', null)
    .where('book_order.hash', 'is', null)
    .orderBy('chain_order.block')
    .orderBy('chain_order.hash')
    .execute()
  return rows.flatMap(({ hash, broadcast, timestamp }) => {
    const body = broadcast ?? '{}'
    const order = JSON.parse(body) as WireOrder<'requestorder'>
    const isLiving = app.has(lowerCase(order.app)) || dataset.has(lowerCase(order.dataset))
    return isLiving ? [{ kind: 'request', body, hash, signer: lowerCase(order.requester), timestamp }] : []
  })
}

/**
 * Opens what people published and any block killed, to be judged anew: when the tables begin anew, nobody knows any more which
 * blocks were taken back, and a chain that was shown by mistake, such as an empty one, must not have cost these orders. Those
 * that the chain filled or canceled are opened by `recheckBook`, where it did not.
 */
export async function reopenPublished(writer: Writer, announce: Announce): Promise<void> {
  const reopened = await writer
    .updateTable('book_order')
    .set({ status: 'open', status_block: null })
    .where('status', '=', 'dead')
    .where('status_block', 'is not', null)
    .where('broadcast_block', 'is', null)
    .returning(['kind', 'hash'])
    .execute()
  for (const { kind, hash } of reopened) announce({ type: 'order_published', kind, hash })
}

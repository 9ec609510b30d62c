// The first step of undoing blocks: the book is put back to before them, to be judged anew.
import type { Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import { restoreDead } from './revived.ts'
import { UNTOUCHED_BOOK, type Touched } from './touched.ts'

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
 * Opens what people published and any block killed, to be judged anew: when the tables begin anew, nobody knows any more which
 * blocks were taken back, and a chain that was shown by mistake, such as an empty one, must not have cost these orders. Those that the chain filled or canceled are opened by `recheckBook`, where it did not.
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

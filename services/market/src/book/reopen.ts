// The first step of undoing blocks: the book is put back to before them, to be judged anew.
import type { Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import type { Announce } from '../live/bus.ts'
import type { Touched } from './touched.ts'

type Row = Pick<BookOrderTable, 'hash' | 'kind' | 'signer' | 'status' | 'app' | 'dataset' | 'workerpool'>
const COLUMNS = ['hash', 'kind', 'signer', 'status', 'app', 'dataset', 'workerpool'] as const

/**
 * Takes out what the undone blocks broadcast, and opens what they filled, canceled or killed.
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

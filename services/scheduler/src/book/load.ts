// The book as the tables have it.
import type { BlockRef } from '@iexec/chain'
import type { Database } from '@iexec/service'
import type { Hex } from 'viem'
import { openBook, type Book } from './book.ts'
import type { Task } from './model.ts'
import { fromCommandRow, fromContributionRow, fromDealRow, fromPlaceRow, fromTaskRow, fromWorkerRow } from './rows.ts'
import type { Schema } from './schema.ts'

/** Reads everything that is not finished. */
export async function loadBook({ read }: Database<Schema>, now: number): Promise<Book> {
  const book = openBook()
  const [deals, tasks, workers] = await Promise.all([
    read.selectFrom('deal').selectAll().where('closed', '=', 0).execute(),
    read.selectFrom('task').selectAll().where('final', '=', 0).execute(),
    read.selectFrom('worker').selectAll().execute(),
  ])
  for (const row of deals) book.deals.set(row.id, fromDealRow(row))
  for (const row of workers) book.workers.set(row.address, fromWorkerRow(row, now))
  for (const row of tasks) {
    const deal = book.deals.get(row.deal)
    if (deal !== undefined) book.tasks.set(row.id, fromTaskRow(row, deal))
  }
  await loadParts(read, book)
  return book
}

async function loadParts(read: Database<Schema>['read'], book: Book): Promise<void> {
  const ofOpen = read.selectFrom('task').select('id').where('final', '=', 0)
  const [votes, places, commands] = await Promise.all([
    read.selectFrom('contribution').selectAll().where('task', 'in', ofOpen).orderBy('seq').execute(),
    read.selectFrom('place').selectAll().where('task', 'in', ofOpen).execute(),
    read.selectFrom('command').selectAll().where('task', 'in', ofOpen).execute(),
  ])
  for (const row of votes) book.tasks.get(row.task)?.votes.push(fromContributionRow(row))
  for (const row of places) book.tasks.get(row.task)?.places.set(row.worker, fromPlaceRow(row))
  for (const row of commands) book.tasks.get(row.task)?.sent.set(row.key, fromCommandRow(row))
}

/** The blocks that were followed, the youngest last. */
export async function loadCursor({ read }: Database<Schema>): Promise<readonly BlockRef[]> {
  return read.selectFrom('block').select(['number', 'hash']).orderBy('number').execute()
}

/** What blocks after this one changed, as far as it is stored. */
export async function touchedAfter(
  { read }: Database<Schema>,
  block: number,
): Promise<ReadonlyMap<Hex, 'deal' | 'task'>> {
  const rows = await read.selectFrom('touch').select(['subject', 'kind']).where('block', '>', block).execute()
  return new Map(rows.map(({ subject, kind }) => [subject, kind]))
}

/** A task that is not in memory any more; undefined when it was never begun. It is in the book afterwards. */
export async function loadTask({ read }: Database<Schema>, book: Book, id: Hex): Promise<Task | undefined> {
  const row = await read.selectFrom('task').selectAll().where('id', '=', id).executeTakeFirst()
  // What the book forgot may still have its row.
  if (row === undefined || book.dirty.gone.deals.has(row.deal)) return undefined
  const dealRow = book.deals.has(row.deal)
    ? undefined
    : await read.selectFrom('deal').selectAll().where('id', '=', row.deal).executeTakeFirst()
  // Another of its tasks may have brought it meanwhile: all of them share one.
  const deal = book.deals.get(row.deal) ?? (dealRow === undefined ? undefined : fromDealRow(dealRow))
  if (deal === undefined) return undefined
  book.deals.set(row.deal, deal)
  const task = fromTaskRow(row, deal)
  const [votes, places] = await Promise.all([
    read.selectFrom('contribution').selectAll().where('task', '=', id).orderBy('seq').execute(),
    read.selectFrom('place').selectAll().where('task', '=', id).execute(),
  ])
  for (const vote of votes) task.votes.push(fromContributionRow(vote))
  for (const place of places) task.places.set(place.worker, fromPlaceRow(place))
  book.tasks.set(id, task)
  return task
}

// Carries the book into the tables, many changes in one transaction, and out of them after a start.
import { sql, type Insertable } from 'kysely'
import type { Database, Writer } from '@iexec/service'
import { noDirty, type Book, type Dirty } from './book.ts'
import { isFinal, isStranger, type Deal, type Task } from './model.ts'
import { toCommandRow, toContributionRows, toDealRow, toLogRow, toPlaceRow, toTaskRow, toWorkerRow } from './rows.ts'
import type { Schema } from './schema.ts'

/** The durable side of a book. */
export type Store = {
  /**
   * Returns when everything that was changed before the call is on the disk. Calls of one moment share a transaction.
   *
   * @throws Deposed when another process has taken over; what the database throws when it cannot write
   */
  readonly flush: () => Promise<void>
}

/** Another process leads now: nothing that this one decides may be carried out. */
export class Deposed extends Error {
  override readonly name = 'Deposed'
}

/** Blocks that are kept for reorganisations. */
const KEPT_BLOCKS = 1_024

/**
 * Opens the store of a book.
 *
 * @param epoch of this leadership, as `takeOver` gave it
 */
export function openStore(database: Database<Schema>, book: Book, epoch: number): Store {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const write = async (): Promise<void> => {
    const dirty = takeDirty(book)
    if (isClean(dirty)) return
    try {
      await database.write(async (writer) => writeAll(writer, dirty, epoch))
    } catch (error) {
      putBack(book, dirty)
      throw error
    }
  }
  const start = async (): Promise<void> => {
    running = write().finally(() => {
      running = undefined
    })
    return running
  }
  return {
    flush: async () => {
      if (running === undefined) return start()
      next ??= running
        .catch(() => undefined)
        .then(async () => {
          next = undefined
          return start()
        })
      return next
    },
  }
}

/**
 * Begins a new leadership: whoever led before can write no more.
 *
 * @returns the number of this leadership
 */
export async function takeOver(database: Database<Schema>): Promise<number> {
  return database.write(async (writer) => {
    const row = await writer.selectFrom('meta').select('value').where('key', '=', 'epoch').executeTakeFirst()
    const epoch = Number(row?.value ?? 0) + 1
    await upsert(writer, 'meta', { keys: ['key'], rows: [{ key: 'epoch', value: String(epoch) }] })
    return epoch
  })
}

function takeDirty(book: Book): Dirty {
  const { dirty } = book
  const taken: Dirty = { ...dirty }
  Object.assign(book.dirty, noDirty())
  return taken
}

/** What could not be written is to be written with the next flush, unless it changed again since. */
function putBack({ dirty }: Book, lost: Dirty): void {
  // What was forgotten meanwhile must not come back.
  const isGone = ({ facts }: Deal): boolean => dirty.gone.deals.has(facts.id)
  for (const deal of lost.deals) if (!isGone(deal)) dirty.deals.add(deal)
  for (const task of lost.tasks) if (!isGone(task.deal)) dirty.tasks.add(task)
  for (const worker of lost.workers) dirty.workers.add(worker)
  for (const log of lost.logs) if (!dirty.gone.tasks.has(log.task)) dirty.logs.add(log)
  for (const [key, lostPlace] of lost.places)
    if (!dirty.places.has(key) && !isGone(lostPlace.task.deal)) dirty.places.set(key, lostPlace)
  for (const [key, task] of lost.commands) if (!isGone(task.deal)) dirty.commands.set(key, task)
  for (const id of lost.gone.deals) dirty.gone.deals.add(id)
  for (const id of lost.gone.tasks) dirty.gone.tasks.add(id)
  for (const id of lost.gone.sent) dirty.gone.sent.add(id)
  dirty.blocks.unshift(
    ...lost.blocks.filter(({ number }) => dirty.rollbackTo === undefined || number <= dirty.rollbackTo),
  )
  if (lost.rollbackTo !== undefined) dirty.rollbackTo = Math.min(lost.rollbackTo, dirty.rollbackTo ?? Infinity)
}

function isClean(dirty: Dirty): boolean {
  const { deals, tasks, places, workers, commands, logs, gone, blocks, rollbackTo } = dirty
  const sets = [deals, tasks, places, workers, commands, logs, gone.deals, gone.sent]
  return rollbackTo === undefined && blocks.length === 0 && sets.every(({ size }) => size === 0)
}

async function writeAll(writer: Writer<Schema>, dirty: Dirty, epoch: number): Promise<void> {
  await requireEpoch(writer, epoch)
  await deleteGone(writer, dirty)
  await upsert(writer, 'deal', { keys: ['id'], rows: [...dirty.deals].map(toDealRow) })
  await upsert(writer, 'task', { keys: ['id'], rows: [...dirty.tasks].map(toTaskRow) })
  await upsert(writer, 'contribution', { keys: ['id'], rows: [...dirty.tasks].flatMap(toContributionRows) })
  await upsert(writer, 'place', { keys: ['id'], rows: [...dirty.places.values()].map(toPlaceRow) })
  const workers = [...dirty.workers].filter((worker) => !isStranger(worker))
  await upsert(writer, 'worker', { keys: ['address'], rows: workers.map(toWorkerRow) })
  await upsert(writer, 'command', { keys: ['key'], rows: [...dirty.commands].flatMap(toCommandRow) })
  await upsert(writer, 'log', { keys: ['id'], rows: [...dirty.logs].map((log) => toLogRow(log, Date.now())) })
  await writeBlocks(writer, dirty)
}

async function requireEpoch(writer: Writer<Schema>, epoch: number): Promise<void> {
  const row = await writer.selectFrom('meta').select('value').where('key', '=', 'epoch').executeTakeFirst()
  if (row?.value !== String(epoch)) throw new Deposed('Another process has taken over this pool.')
}

async function deleteGone(writer: Writer<Schema>, { gone, tasks }: Dirty): Promise<void> {
  // After a reorganisation a task may have fewer votes than before.
  const again = [...tasks].map(({ id }) => id)
  for (const ids of chunks(again)) await writer.deleteFrom('contribution').where('task', 'in', ids).execute()
  for (const ids of chunks([...gone.sent])) await writer.deleteFrom('command').where('task', 'in', ids).execute()
  for (const ids of chunks([...gone.deals])) {
    const ofDeals = writer.selectFrom('task').select('id').where('deal', 'in', ids)
    for (const part of ['contribution', 'place', 'command', 'log'] as const)
      await writer.deleteFrom(part).where('task', 'in', ofDeals).execute()
    await writer.deleteFrom('task').where('deal', 'in', ids).execute()
    await writer.deleteFrom('deal').where('id', 'in', ids).execute()
  }
}

async function writeBlocks(writer: Writer<Schema>, { blocks, rollbackTo }: Dirty): Promise<void> {
  if (rollbackTo !== undefined) {
    await writer.deleteFrom('block').where('number', '>', rollbackTo).execute()
    await writer.deleteFrom('touch').where('block', '>', rollbackTo).execute()
  }
  const last = blocks.at(-1)
  if (last === undefined) return
  const rows = blocks.map(({ number, hash, timestamp }) => ({ number, hash, timestamp }))
  await upsert(writer, 'block', { keys: ['number'], rows })
  const touches = blocks.flatMap(({ number, touched }) =>
    [...touched].map(([subject, kind]) => ({ id: `${number}-${subject}`, block: number, kind, subject })),
  )
  await upsert(writer, 'touch', { keys: ['id'], rows: touches })
  if (last.number % 64 !== 0) return
  await writer
    .deleteFrom('block')
    .where('number', '<', last.number - KEPT_BLOCKS)
    .execute()
  await writer
    .deleteFrom('touch')
    .where('block', '<', last.number - KEPT_BLOCKS)
    .execute()
}

/** As many rows as one statement has; a text for each power of two, so that few statements are prepared. */
const LARGEST = 64

/** Writes rows, new or changed. */
export async function upsert<Table extends keyof Schema & string>(
  writer: Writer<Schema>,
  table: Table,
  {
    keys,
    rows,
  }: { readonly keys: readonly (keyof Schema[Table] & string)[]; readonly rows: readonly Insertable<Schema[Table]>[] },
): Promise<void> {
  let start = 0
  while (start < rows.length) {
    const size = Math.min(LARGEST, 2 ** Math.floor(Math.log2(rows.length - start)))
    const some = rows.slice(start, start + size)
    start += size
    const columns = Object.keys(some[0] ?? {})
    const others = columns.filter((column) => !keys.includes(column as (typeof keys)[number]))
    await sql`insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))}) values ${sql.join(
      some.map(
        (row) => sql`(${sql.join(columns.map((column) => (row as Readonly<Record<string, unknown>>)[column]))})`,
      ),
    )} on conflict (${sql.join(keys.map((key) => sql.ref(key)))}) do update set ${sql.join(
      others.map((column) => sql`${sql.ref(column)} = ${sql.raw(`excluded.${column}`)}`),
    )}`.execute(writer)
  }
}

function* chunks<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += 500) yield items.slice(start, start + 500)
}

/** How long a finished task waits for the last words of its workers, in milliseconds. */
const LAST_WORDS_MS = 600_000

/** Takes finished tasks and closed deals out of memory; they are stored. Returns the tasks. */
export function evict(book: Book, now: number): readonly Task[] {
  const gone: Task[] = []
  const busy = new Set<Deal>()
  for (const [id, task] of book.tasks) {
    if (!isFinal(task)) busy.add(task.deal)
    if (!isFinal(task) || book.dirty.tasks.has(task) || waitsForWords(task, now)) continue
    book.tasks.delete(id)
    for (const worker of task.places.keys()) for (const stream of STREAMS) book.logs.delete(`${id}-${worker}-${stream}`)
    gone.push(task)
  }
  for (const [id, deal] of book.deals) {
    const { botFirst, botSize } = deal.facts
    if (deal.isClosed && !book.dirty.deals.has(deal)) book.deals.delete(id)
    if (deal.isClosed || busy.has(deal) || deal.next < botFirst + botSize) continue
    deal.isClosed = true
    book.dirty.deals.add(deal)
  }
  return gone
}

const STREAMS = ['stdout', 'stderr'] as const

/** A worker may still say how its place ended. */
function waitsForWords({ places, history }: Task, now: number): boolean {
  if (now - (history.at(-1)?.at ?? 0) > LAST_WORDS_MS) return false
  return [...places.values()].some(({ endedAt }) => endedAt === undefined)
}

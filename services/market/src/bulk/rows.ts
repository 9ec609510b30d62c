// The rows of bulks between two fetches: which are due, what came, and when to go on.
import { asDealId, taskId } from '@iexec/protocol'
import type { Address } from 'viem'
import type { Reader, Writer } from '../db/database.ts'
import type { BulkSliceTable, BulkTable } from '../db/schema.ts'
import type { ListedSlice, SliceOrder } from './content.ts'

/** A bulk that is due, with the first task of its deal. */
export type DueBulk = Pick<BulkTable, 'deal' | 'requester' | 'cid' | 'bot_size' | 'listed' | 'bytes' | 'attempts'> & {
  readonly bot_first: number
}

/** A slice that is still to be fetched. */
export type WantedSlice = Pick<BulkSliceTable, 'id' | 'cid' | 'task'>

/** What a turn did for a bulk. */
export type Turn = { readonly bytes: number; readonly brought: number; readonly problem: string | undefined }

/** Bytes that are read for one bulk altogether: a stranger must not fill the disk by one deal. */
const MOST_BYTES = 32 * 2 ** 20
const FIRST_PAUSE_MS = 10_000
/** Nearly a day after the first of them. */
const MOST_ATTEMPTS = 14
/** PostgreSQL and SQLite take so many parameters in one statement, and more. */
const ROWS_AT_ONCE = 500

/** Whether so much was read for a bulk that it is given up. */
export function isTooMuch(bytes: number): boolean {
  return bytes >= MOST_BYTES
}

/** Which turns are next. */
export type TurnsWanted = {
  readonly now: number
  /** The requester who had the last turn; in the beginning `0x`. */
  readonly after: Address | '0x'
  readonly limit: number
}

/**
 * The bulks that take the next turns. Turns go round by requesters, so that nobody's many bulks keep those of others waiting: of
 * each the one that has waited longest, and more of theirs only where few have any. Bulks of deals that were undone wait until the
 * deal comes back.
 *
 * @example
 * const [due] = await dueBulks(read, { now: Date.now(), after: '0x', limit: 1 })
 */
export async function dueBulks(read: Reader, { now, after, limit }: TurnsWanted): Promise<readonly DueBulk[]> {
  const behind = await oneOfEach(read, { now, limit, after, until: LAST })
  const before = await oneOfEach(read, { now, limit: limit - behind.length, after: '0x', until: after })
  const found = [...behind, ...before]
  if (found.length === 0 || found.length === limit) return found
  const more = dueOnes(read, now).where(
    'bulk.deal',
    'not in',
    found.map(({ deal }) => deal),
  )
  return [
    ...found,
    ...(await more
      .orderBy('next_at')
      .limit(limit - found.length)
      .execute()),
  ]
}

const LAST: Address = `0x${'f'.repeat(40)}`

/** A question for each, because the index leads from one requester to the next without a look at what lies between. */
async function oneOfEach(
  read: Reader,
  { now, limit, after, until }: TurnsWanted & { readonly until: Address | '0x' },
): Promise<readonly DueBulk[]> {
  const found: DueBulk[] = []
  while (found.length < limit) {
    const next = await dueOnes(read, now)
      .where('bulk.requester', '>', found.at(-1)?.requester ?? after)
      .where('bulk.requester', '<=', until)
      .orderBy('bulk.requester')
      .orderBy('next_at')
      .orderBy('bulk.deal')
      .limit(1)
      .executeTakeFirst()
    if (next === undefined) break
    found.push(next)
  }
  return found
}

const dueOnes = (read: Reader, now: number) =>
  read
    .selectFrom('bulk')
    .innerJoin('deal', 'deal.id', 'bulk.deal')
    .select(['bulk.deal', 'bulk.requester', 'cid', 'bulk.bot_size', 'listed', 'bytes', 'attempts', 'deal.bot_first'])
    .where('next_at', '<=', now)

/** How many bytes were read for all bulks together. */
export async function totalBytes(read: Reader): Promise<number> {
  const { bytes } = await read
    .selectFrom('bulk')
    .select((bulk) => bulk.fn.sum<number | null>('bytes').as('bytes'))
    .executeTakeFirstOrThrow()
  return bytes ?? 0
}

/** When the next bulk is due. */
export async function nextDue(read: Reader): Promise<number | undefined> {
  const row = await read
    .selectFrom('bulk')
    .innerJoin('deal', 'deal.id', 'bulk.deal')
    .select('next_at')
    .where('next_at', 'is not', null)
    .orderBy('next_at')
    .limit(1)
    .executeTakeFirst()
  return row?.next_at ?? undefined
}

/** Lets what was given up begin again. */
export async function reviveBulks(writer: Writer, now: number): Promise<void> {
  await writer
    .updateTable('bulk')
    .set({ next_at: now, attempts: 0 })
    .where('next_at', 'is', null)
    .where('problem', 'is not', null)
    .execute()
}

/** Slices to fetch; those that failed least often first, so that no missing file keeps others from being fetched. */
export async function wantedSlices(read: Reader, bulk: DueBulk, limit: number): Promise<readonly WantedSlice[]> {
  return read
    .selectFrom('bulk_slice')
    .select(['id', 'cid', 'task'])
    .where('deal', '=', bulk.deal)
    .where('fetched', '=', 0)
    .orderBy('tries')
    .orderBy('idx')
    .limit(limit)
    .execute()
}

/** Keeps the list of slices, unless the bulk was noted anew or listed meanwhile. */
export async function insertList(writer: Writer, bulk: DueBulk, listed: readonly ListedSlice[]): Promise<void> {
  const { deal, cid, bot_size } = bulk
  const { numUpdatedRows } = await writer
    .updateTable('bulk')
    .set({ listed: 1 })
    .where('deal', '=', deal)
    .where('cid', '=', cid)
    .where('bot_size', '=', bot_size)
    .where('listed', '=', 0)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) return
  const rows = listed.map(({ index, cid: file }) => ({
    id: `${deal}-${index}`,
    deal,
    idx: index,
    cid: file,
    task: taskId(asDealId(deal), BigInt(index)),
    tries: 0,
    fetched: 0,
  }))
  for (const some of inChunks(rows)) await writer.insertInto('bulk_slice').values(some).execute()
}

/** Keeps the orders of a slice, unless it is there or not wanted any more. */
export async function insertSlice(writer: Writer, slice: WantedSlice, orders: readonly SliceOrder[]): Promise<void> {
  const { id, cid, task } = slice
  const { numUpdatedRows } = await writer
    .updateTable('bulk_slice')
    .set({ fetched: 1 })
    .where('id', '=', id)
    .where('cid', '=', cid)
    .where('fetched', '=', 0)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 0n) return
  const datasets = [...new Set(orders.map(({ dataset }) => dataset))]
  for (const some of inChunks(datasets)) {
    await writer
      .insertInto('bulk_dataset')
      .values(some.map((dataset) => ({ slice: id, dataset })))
      .execute()
  }
  const rows = orders.map(({ position, dataset, body }) => ({ id: `${task}-${position}`, slice: id, dataset, body }))
  for (const some of inChunks(rows)) await writer.insertInto('bulk_order').values(some).execute()
}

/** Counts a fetch that failed. */
export async function countTry(writer: Writer, { id }: WantedSlice): Promise<void> {
  await writer
    .updateTable('bulk_slice')
    .set((row) => ({ tries: row('tries', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Says when to go on with a bulk after a turn. */
export async function endTurn(
  writer: Writer,
  bulk: DueBulk,
  { turn, now }: { turn: Turn; now: number },
): Promise<void> {
  const { deal, cid, bot_size } = bulk
  const left = await writer
    .selectFrom('bulk')
    .select([
      'listed',
      (row) =>
        row
          .exists(row.selectFrom('bulk_slice').select('id').where('deal', '=', deal).where('fetched', '=', 0))
          .as('wants'),
    ])
    .where('deal', '=', deal)
    .executeTakeFirst()
  const isComplete = left?.listed === 1 && Number(left.wants) === 0
  await writer
    .updateTable('bulk')
    .set(isComplete ? { ...COMPLETE, bytes: bulk.bytes + turn.bytes } : whatNext(bulk, { turn, now }))
    .where('deal', '=', deal)
    .where('cid', '=', cid)
    .where('bot_size', '=', bot_size)
    .execute()
}

const COMPLETE = { attempts: 0, next_at: null, problem: null }

/**
 * How an incomplete bulk goes on: at once while all goes well, ever later while nothing comes, and at last not at all.
 *
 * @example
 * whatNext(bulk, { turn: { bytes: 0, brought: 0, problem: 'The gateway answered 404 for Qm….' }, now }).next_at // now + 10 s
 */
export function whatNext(
  bulk: Pick<DueBulk, 'attempts' | 'bytes'>,
  { turn, now }: { readonly turn: Turn; readonly now: number },
): Pick<BulkTable, 'attempts' | 'bytes' | 'next_at' | 'problem'> {
  const bytes = bulk.bytes + turn.bytes
  if (isTooMuch(bytes)) {
    return {
      attempts: bulk.attempts,
      bytes,
      next_at: null,
      problem: `Its files have more than ${MOST_BYTES} bytes together.`,
    }
  }
  if (turn.problem === undefined) return { attempts: 0, bytes, next_at: now, problem: null }
  const attempts = turn.brought > 0 ? 1 : bulk.attempts + 1
  const pause = FIRST_PAUSE_MS * 2 ** (attempts - 1)
  return { attempts, bytes, next_at: attempts >= MOST_ATTEMPTS ? null : now + pause, problem: turn.problem }
}

function inChunks<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_AT_ONCE) }, (_, n) =>
    rows.slice(n * ROWS_AT_ONCE, (n + 1) * ROWS_AT_ONCE),
  )
}

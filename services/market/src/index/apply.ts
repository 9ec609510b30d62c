// One block, one transaction: its rows, what it does to the order book, and what everybody hears of it.
import type { OrderDomain } from '@iexec/protocol'
import type { Hash } from 'viem'
import type { recheckBook, reopenBook } from '../book/index.ts'
import { reopenPublished, requestsOnPublished, wholeBook } from '../book/reopen.ts'
import { UNTOUCHED_BOOK, uniteTouched, type Touched } from '../book/touched.ts'
import type { Reader, Writer } from '../db/database.ts'
import type { Announce, Bus } from '../live/bus.ts'
import type { KnownBlock } from './facts.ts'
import { openCache, openLedger, type RowCache } from './ledger.ts'
import { readFirstBlock, readMeta, writeMeta } from './meta.ts'
import { reduceBlock } from './reduce.ts'
import { writeRows } from './tables.ts'
import { emptyTables, restoreTables } from './undo.ts'

/** One block, and no other at its height. */
export type BlockRef = { readonly number: number; readonly hash: Hash }

/** What applying blocks needs. */
export type ApplyOptions = {
  readonly read: Reader
  readonly bus: Pick<Bus, 'write'>
  readonly domain: OrderDomain
  readonly book: { readonly recheckBook: typeof recheckBook; readonly reopenBook: typeof reopenBook }
  /** From which block they were read. What is read from another than the database begins at by then, is not written. */
  readonly firstBlock?: number | undefined
  /** So far below the head blocks can be undone; 1,000 when left out. */
  readonly undoDepth?: number | undefined
}

/** The tables of the chain, and the block that they are at. */
export type Tables = {
  readonly last: () => BlockRef | undefined
  /** The blocks to which the tables can go back, the oldest first. */
  readonly knownBlocks: () => Promise<readonly BlockRef[]>
  /** Applies the blocks that come next, each with events in a transaction of its own. */
  readonly apply: (blocks: readonly KnownBlock[], head: number) => Promise<void>
  /**
   * Goes back to a block. When that is `undefined`, or further back than the tables know, they are emptied.
   *
   * @returns whether they were emptied
   */
  readonly undo: (to: BlockRef | undefined) => Promise<boolean>
}

/** Another process has written since: this one does not lead any more, or has to begin earlier. */
export class Fenced extends Error {
  override readonly name: string = 'Fenced'
}

/**
 * Whether the tables are on their way back to the head, because blocks were undone, or because they began anew. What was
 * broadcast is judged block by block on the way; what people published, once they have reached it.
 */
type Stale = 'no' | 'undone' | 'rebuilt'

/** Everything that is remembered between two transactions. */
type State = {
  last: BlockRef | undefined
  cache: RowCache
  /** Blocks after this one can be undone. */
  floor: number
  stale: Stale
  /** What the undone blocks touched; `undefined` when that was everything, or in an earlier life. */
  undone: Touched | undefined
  prunedAt: number
}

type Context = { readonly options: ApplyOptions; readonly state: State; readonly undoDepth: number }

const NEVER = Number.MAX_SAFE_INTEGER
const UNDO_DEPTH = 1_000
const PRUNE_EVERY = 100
const FLOOR = 'undoFloor'
const STALE = 'bookStale'

/**
 * Opens the tables where the last transaction left them.
 *
 * @example
 * const tables = await openTables({ read, bus, domain, book: { recheckBook, reopenBook } })
 * await tables.apply(blocks, head)
 */
export async function openTables(options: ApplyOptions): Promise<Tables> {
  const { read, undoDepth = UNDO_DEPTH } = options
  const state: State = {
    last: await lastBlock(read),
    cache: openCache(),
    floor: Number((await readMeta(read, FLOOR)) ?? -1),
    stale: await readStale(read),
    undone: undefined,
    prunedAt: 0,
  }
  const context = { options, state, undoDepth }
  return {
    last: () => state.last,
    knownBlocks: async () => knownBlocks(context),
    apply: async (blocks, head) => {
      for (const group of inTransactions(blocks)) await applyGroup(context, group, head)
    },
    undo: async (to) => undoBlocks(context, to),
  }
}

async function readStale(reader: Reader): Promise<Stale> {
  const stale = (await readMeta(reader, STALE)) ?? 'no'
  return stale === 'no' || stale === 'rebuilt' ? stale : 'undone'
}

async function lastBlock(reader: Reader): Promise<BlockRef | undefined> {
  return reader.selectFrom('block').select(['number', 'hash']).orderBy('number', 'desc').limit(1).executeTakeFirst()
}

async function knownBlocks({ options, state }: Context): Promise<readonly BlockRef[]> {
  const { last, floor } = state
  if (last === undefined) return []
  return options.read
    .selectFrom('block')
    .select(['number', 'hash'])
    .where('number', '>=', Math.min(floor, last.number))
    .orderBy('number')
    .execute()
}

/** Each block with events is a transaction of its own; those without events between two of them share one. */
function* inTransactions(blocks: readonly KnownBlock[]): Generator<readonly KnownBlock[]> {
  let empty: KnownBlock[] = []
  for (const block of blocks) {
    if (block.events.length === 0) {
      empty.push(block)
      continue
    }
    if (empty.length > 0) yield empty
    empty = []
    yield [block]
  }
  if (empty.length > 0) yield empty
}

/** What a transaction leaves behind once it is committed. */
type Outcome = Partial<State> & { readonly keep?: () => void }

/** Runs a transaction of the leader. When it fails, nothing that was read in it is believed any more. */
async function transact<Answer extends Outcome>(
  { options, state }: Context,
  work: (writer: Writer, announce: Announce) => Promise<Answer>,
): Promise<void> {
  try {
    const { keep, ...changed } = await options.bus.write(async (writer, announce) => {
      const { number, hash } = (await lastBlock(writer)) ?? {}
      if (hash !== state.last?.hash) {
        const expected = state.last === undefined ? 'none' : `block ${state.last.number}`
        throw new Fenced(`The last block should be ${expected}, but is ${number ?? 'none'}: another process indexes.`)
      }
      if (number === undefined) await refuseLateBeginning(writer, options.firstBlock)
      return work(writer, announce)
    })
    keep?.()
    Object.assign(state, changed)
  } catch (error) {
    state.cache = openCache()
    throw error
  }
}

/** While nothing is written, a process that shares the database may still make it begin earlier. */
async function refuseLateBeginning(writer: Writer, firstBlock: number | undefined): Promise<void> {
  const wanted = firstBlock === undefined ? undefined : await readFirstBlock(writer)
  if (wanted === undefined || wanted === firstBlock) return
  throw new Fenced(`The blocks were read from ${firstBlock} on, but another process begins at block ${wanted}.`)
}

async function applyGroup(context: Context, group: readonly KnownBlock[], head: number): Promise<void> {
  const { options, state } = context
  const [first, last] = [group[0], group.at(-1)]
  if (first === undefined || last === undefined) return
  await transact(context, async (writer, announce) => {
    const ledger = openLedger(writer, state.cache)
    const { touched, messages } = await reduceBlock(ledger, first, options.domain)
    const floor = await moveFloor(context, writer, { number: last.number, head })
    await ledger.flush(first.number, { undoable: floor !== NEVER })
    const isStale = state.stale !== 'no'
    const isComplete = isStale && last.number >= head
    const isLater = isStale && !isComplete
    const toCheck = isComplete ? uniteTouched(await touchedSince(state, writer, announce), touched) : touched
    const which = isLater ? 'broadcast' : 'all'
    if (isTouched(toCheck)) await options.book.recheckBook(writer, toCheck, { block: last.number, announce, which })
    if (isComplete) await writeMeta(writer, STALE, 'no')
    await writeRows(writer, 'block', group)
    for (const message of messages) announce(message)
    announce({ type: 'block_indexed', block: last.number })
    const pruned = await prune(context, writer, { number: last.number, floor, head })
    return {
      ...pruned,
      keep: ledger.keep,
      last: { number: last.number, hash: last.hash },
      ...(isComplete ? { stale: 'no' as const, undone: undefined } : {}),
      ...(isLater && state.undone !== undefined
        ? { undone: uniteTouched(state.undone, { ...touched, broadcasts: [] }) }
        : {}),
    }
  })
}

/** What is still to be judged of the book, now that the tables have reached the head again. */
async function touchedSince({ stale, undone }: State, writer: Writer, announce: Announce): Promise<Touched> {
  if (stale !== 'rebuilt') return undone ?? wholeBook(writer)
  await reopenPublished(writer, announce)
  return { ...(await wholeBook(writer)), broadcasts: await requestsOnPublished(writer) }
}

function isTouched({ orders, accounts, assets, broadcasts }: Touched): boolean {
  return orders.size + accounts.size + assets.size + broadcasts.length > 0
}

type Position = { readonly number: number; readonly head: number }

/** Far below the head no before-images are written; from the first block that has them on, all are kept. */
async function moveFloor({ state, undoDepth }: Context, writer: Writer, { number, head }: Position): Promise<number> {
  const isUndoable = number > head - undoDepth
  const floor = !isUndoable ? NEVER : state.floor === NEVER ? (state.last?.number ?? -1) : state.floor
  if (floor !== state.floor) await writeMeta(writer, FLOOR, String(floor))
  return floor
}

/** From time to time, forgets before-images that are too old, and old blocks without events. */
async function prune(
  { state, undoDepth }: Context,
  writer: Writer,
  { number, floor, head }: Position & { readonly floor: number },
): Promise<Outcome> {
  const target = Math.min(number, head - undoDepth)
  if (floor === NEVER || number - state.prunedAt < PRUNE_EVERY || target <= floor) return { floor }
  await writer.deleteFrom('undo').where('block', '<=', target).execute()
  await writer
    .deleteFrom('block')
    .where('number', '>', floor)
    .where('number', '<', target)
    .where((it) =>
      it.not(it.exists(it.selectFrom('event').select('event.block').whereRef('event.block', '=', 'block.number'))),
    )
    .execute()
  await writeMeta(writer, FLOOR, String(target))
  return { floor: target, prunedAt: number }
}

async function undoBlocks(context: Context, to: BlockRef | undefined): Promise<boolean> {
  const { options, state } = context
  if (to === undefined || to.number < state.floor) {
    await rebuild(context)
    return true
  }
  await transact(context, async (writer, announce) => {
    const reopened = await options.book.reopenBook(writer, to.number, announce)
    const restored = await restoreTables(writer, to.number)
    const undone = uniteTouched(reopened, restored)
    // The other fork mostly holds the same transactions: a deposit that is back in its next block must not have cost an order.
    // What was consumed is put right at once, all else is judged when the tables have reached the head again.
    const consumed = { ...UNTOUCHED_BOOK, orders: undone.orders }
    await options.book.recheckBook(writer, consumed, { block: to.number, announce })
    const stale = state.stale === 'rebuilt' ? 'rebuilt' : 'undone'
    await writeMeta(writer, STALE, stale)
    announce({ type: 'block_undone', block: to.number })
    const isForgotten = state.stale !== 'no' && state.undone === undefined
    const all = isForgotten ? undefined : uniteTouched(state.undone ?? UNTOUCHED_BOOK, undone)
    return { last: to, cache: openCache(), stale, undone: all }
  })
  return false
}

/** Everything begins again. Orders that were published stay in the book, and are judged when the tables are complete. */
async function rebuild(context: Context): Promise<void> {
  await transact(context, async (writer, announce) => {
    // What was broadcast comes again with its block, and lives through the blocks again. All other orders keep their status until
    // it can be judged.
    await writer.deleteFrom('book_order').where('broadcast_block', 'is not', null).execute()
    await emptyTables(writer)
    await writeMeta(writer, FLOOR, '-1')
    await writeMeta(writer, STALE, 'rebuilt')
    announce({ type: 'block_undone', block: 0 })
    announce({ type: 'resync' })
    const begun = { last: undefined, cache: openCache(), floor: -1, prunedAt: 0 }
    return { ...begun, stale: 'rebuilt', undone: undefined }
  })
}

// Follows the chain and carries every block into the tables, for as long as this process leads.
import { followEvents, type FollowState, type WakeUp } from '@iexec/chain'
import type { OrderDomain } from '@iexec/protocol'
import type { Client } from 'viem'
import type { Reader } from '../db/database.ts'
import type { Bus } from '../live/bus.ts'
import type { IndexerStatus, MarketContracts } from '../market.ts'
import { openTables, type ApplyOptions, type Tables } from './apply.ts'
import { eventFilters } from './decode.ts'
import { enricher } from './enrich.ts'
import { headOf, isIndexed } from './head.ts'
import { ForeignDatabase, claimDatabase } from './meta.ts'

/** The market to index, where from, and where to. */
export type IndexerOptions = Pick<ApplyOptions, 'book' | 'undoDepth'> & {
  readonly chainId: number
  readonly contracts: MarketContracts
  readonly domain: OrderDomain
  readonly client: Client
  readonly read: Reader
  readonly bus: Bus
  /** No event of the market is in an earlier block. Who shares the database may make it begin earlier. */
  readonly firstBlock: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Tells of new blocks; without it, the chain is asked every `pollingMs`. */
  readonly wakeUp?: WakeUp | undefined
  readonly pollingMs?: number | undefined
  /** Hears once when it begins to wait, and why, once when it goes on, and when it begins anew. */
  readonly onNews?: ((news: IndexerNews) => void) | undefined
}

/** What an operator should hear of an index. */
export type IndexerNews =
  /** With the error when it was neither a node nor the network. */
  | { readonly type: 'waits'; readonly reason: string; readonly error?: unknown }
  | { readonly type: 'goes on' }
  /** The chain changed further back than blocks can be undone. */
  | { readonly type: 'begins anew' }

/** What an indexer says of itself, beside its role. */
export type IndexerView = Omit<IndexerStatus, 'role'>

/** An index of one market. */
export type Indexer = {
  readonly status: () => IndexerView
  /** Returns when the block that is the chain's head now is in the tables, or after `patienceMs`; false when it did not come. */
  readonly caughtUp: (patienceMs: number) => Promise<boolean>
  /**
   * Indexes until the signal aborts. What goes wrong meanwhile is waited for, and told by `status`.
   *
   * @throws ForeignDatabase when the database belongs to another market
   */
  readonly run: (signal: AbortSignal) => Promise<void>
}

/**
 * Prepares an indexer, which does nothing until it runs.
 *
 * @example
 * const indexer = openIndexer({ ...market, firstBlock, book: { recheckBook, reopenBook } })
 * await whileLeading({ location, signal }, indexer.run)
 */
export function openIndexer(options: IndexerOptions): Indexer {
  const waiting = new Set<() => void>()
  let view: IndexerView = {
    state: 'starting',
    reason: undefined,
    since: options.now(),
    head: undefined,
    indexed: undefined,
  }
  const tellNews = newsTeller(options.onNews)
  let wake: (() => void) | undefined
  let told = view.state
  const set = (change: Partial<IndexerView>, error?: unknown): void => {
    told = change.state ?? told
    const changed = { ...view, ...change }
    // The follower is at the head as soon as it has read it; the tables may still have far to go.
    const next = { ...changed, state: told === 'live' && isBehind(changed) ? ('catching up' as const) : told }
    const isSame = next.state === view.state && next.reason === view.reason
    tellNews(view, next, error)
    view = { ...next, since: isSame ? view.since : options.now(), headUnknownSince: unknownSince(view, next, change) }
    for (const resume of waiting) resume()
  }
  /** Who waits hears of no head; who does not hears of it with the next step at the latest. */
  const unknownSince = (
    before: IndexerView,
    { state }: IndexerView,
    change: Partial<IndexerView>,
  ): number | undefined => {
    if (state === 'waiting') return before.headUnknownSince ?? options.now()
    return change.head === undefined ? before.headUnknownSince : undefined
  }
  const wakeUp: WakeUp = (wakeFollower, signal) => {
    wake = wakeFollower
    options.wakeUp?.(wakeFollower, signal)
  }
  return {
    status: () => view,
    caughtUp: async (patienceMs) => {
      const head = await headOf(options.client)
      const deadline = options.now() + patienceMs
      while (!(await isIndexed(options.read, head))) {
        if (options.now() >= deadline) return false
        wake?.()
        await nextChange(waiting, deadline - options.now())
      }
      return true
    },
    run: async (signal) => {
      await runUntil(signal, { options: { ...options, wakeUp }, set })
    },
  }
}

/** A block or two are written in a moment, and nobody has to hear of that. */
const USUAL_LAG = 2

/**
 * Tells of each reason once until it goes on again: numbers of blocks in it may change. Only what is in the tables is progress;
 * a node that tells of its head and of nothing else would be back and gone for ever.
 */
function newsTeller(
  onNews: IndexerOptions['onNews'],
): (before: IndexerView, after: IndexerView, error: unknown) => void {
  const reasons = new Set<string>()
  return (before, { state, reason, indexed, head = 0 }, error) => {
    if (state === 'waiting' && reason !== undefined) {
      const kind = reason.replaceAll(/\d+/gu, 'N')
      if (!reasons.has(kind)) onNews?.({ type: 'waits', reason, ...(error === undefined ? {} : { error }) })
      reasons.add(kind)
      return
    }
    const hasMoved = before.indexed !== undefined && indexed !== before.indexed
    if (reasons.size === 0 || !(hasMoved || (state === 'live' && (indexed ?? -1) >= head))) return
    reasons.clear()
    onNews?.({ type: 'goes on' })
  }
}

function isBehind({ head = 0, indexed = -1 }: IndexerView): boolean {
  return head - indexed > USUAL_LAG
}

async function nextChange(waiting: Set<() => void>, patienceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const resume = (): void => {
      clearTimeout(timer)
      waiting.delete(resume)
      resolve()
    }
    const timer = setTimeout(resume, patienceMs)
    waiting.add(resume)
  })
}

type Run = {
  readonly options: IndexerOptions
  readonly set: (change: Partial<IndexerView>, error?: unknown) => void
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000

/** Begins again after whatever went wrong, ever more slowly while nothing is indexed in between. */
async function runUntil(signal: AbortSignal, run: Run): Promise<void> {
  let failures = 0
  const progress = { made: false }
  run.set({ state: 'starting', reason: undefined })
  while (!signal.aborted) {
    try {
      await indexOnce(signal, run, progress)
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof ForeignDatabase) throw error
      failures = progress.made ? 1 : failures + 1
      progress.made = false
      run.set({ state: 'waiting', reason: sayWhy(error) }, error)
      await pause(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)), signal)
    }
  }
}

async function indexOnce(signal: AbortSignal, { options, set: tell }: Run, progress: { made: boolean }): Promise<void> {
  const { client, contracts, domain, read, wakeUp, pollingMs, bus } = options
  // Another process that shares the database may begin earlier than this one was told to.
  const fromBlock = await bus.write(async (writer) => claimDatabase(writer, options))
  const tables = await openTables({ ...options, firstBlock: fromBlock })
  tell({ indexed: tables.last()?.number })
  const steps = followEvents({
    client,
    filters: eventFilters(contracts),
    fromBlock,
    cursor: await tables.knownBlocks(),
    read: enricher({ client, contracts, domain, read }),
    wakeUp,
    ...(pollingMs === undefined ? {} : { pollingMs }),
    signal,
    onState: (state) => {
      tell(viewOf(state))
    },
  })
  for await (const step of steps) {
    if (signal.aborted) return
    if (step.kind === 'blocks') await applyAll(tables, step, { signal, tell })
    // Emptied tables begin anew, and so must the follower, which still believes that everything up to there is in them.
    else if (await tables.undo(step.to)) {
      options.onNews?.({ type: 'begins anew' })
      return
    }
    progress.made = true
    tell({ indexed: tables.last()?.number })
  }
}

/** Stops between two blocks when the signal aborts, so that another process can take over soon. */
async function applyAll(
  tables: Tables,
  { extra, head }: { readonly extra: Parameters<Tables['apply']>[0]; readonly head: number },
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: Run['set'] },
): Promise<void> {
  for (let start = 0; start < extra.length && !signal.aborted; start += BLOCKS_AT_ONCE) {
    await tables.apply(extra.slice(start, start + BLOCKS_AT_ONCE), head)
    tell({ indexed: tables.last()?.number, head })
  }
}

/** How many blocks are applied before the signal is looked at again. */
const BLOCKS_AT_ONCE = 100

function viewOf({ state, reason, head }: FollowState): Partial<IndexerView> {
  return { state, reason, ...(head === undefined ? {} : { head }) }
}

function sayWhy(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return `The index cannot go on: ${message.split('\n', 1)[0]?.slice(0, 300) ?? ''}`
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}

// What a process does while it leads: takes the tables into memory, follows the chain, lets workers in, and decides.
import { createSender, followEvents, type Sender, type SenderEvent, type WakeUp } from '@iexec/chain'
import { pause, sayWhy, type Database } from '@iexec/service'
import type { PoolFacts } from '@iexec/wire/work'
import { createClient, custom, type Address, type Chain, type Client, type Hex, type Transport } from 'viem'
import { getTransactionCount } from 'viem/actions'
import type { Authority } from '../authority.ts'
import { touchCommand, type Book, type LogText } from '../book/book.ts'
import { loadBook, loadCursor, loadTask, touchedAfter } from '../book/load.ts'
import { dropLogs } from '../book/logs.ts'
import type { Task } from '../book/model.ts'
import type { Schema } from '../book/schema.ts'
import { openStore, takeOver, type Store } from '../book/store.ts'
import { applyBlock, undoBlocks, type Applier } from '../chain/apply.ts'
import { hubFilter } from '../chain/events.ts'
import type { Hub, LimitsOf } from '../chain/hub.ts'
import { learnDurations, type Durations } from '../decide/durations.ts'
import { hasEnded } from '../decide/places.ts'
import type { Patience, WorkerSnapshot } from '../decide/snapshot.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { GATEWAY_LIMITS, type GatewayLimits } from '../gateway/limits.ts'
import { openMarketClient } from '../orders/marketClient.ts'
import { openSale, type Sale, type SaleNews } from '../orders/sell.ts'
import type { Storages } from '../result/watchStorages.ts'
import { openClock, type ChainClock } from './clock.ts'
import { FAULT_BLAME, blameWorker, openHands, snapshotOfWorker, type Hands } from './hands.ts'
import type { PoolNews } from './desk.ts'
import { openPool, type Pool } from './pool.ts'
import { recallDurations } from './recallDurations.ts'
import { hearWorkers } from './reports.ts'
import { durationNames } from './snapshots.ts'
import { openStakes, type Stakes } from './stakes.ts'

/** What leading takes. */
export type LeadParts = {
  readonly database: Database<Schema>
  readonly client: Client<Transport, Chain>
  readonly hub: Hub
  readonly authority: Authority
  readonly gateway: Gateway
  readonly facts: PoolFacts
  /** Lower case. */
  readonly workerpool: Address
  readonly limits: LimitsOf
  readonly allowed: ReadonlySet<Address> | undefined
  readonly fromBlock: number
  readonly wakeUp: WakeUp | undefined
  readonly pollingMs: number
  readonly maxFeePerGas: bigint
  readonly chainId: number
  readonly market: string | undefined
  readonly prices: string | undefined
  readonly publicUrl: string | undefined
  readonly keptDays: number
  /** The most that logs take together. */
  readonly logBytes: number
  readonly storages: Storages
  /** Places at once for a worker that has proved nothing. */
  readonly trialPlaces: number
  readonly patience?: Patience
  readonly gatewayLimits?: GatewayLimits
  readonly onNews: (news: LeadNews) => void
  readonly onChange: (task: Hex) => void
  readonly onLog: (log: LogText, text: string) => void
}

/** What an operator may hear. */
export type LeadNews =
  | PoolNews
  | SaleNews
  | { readonly type: 'sender'; readonly event: SenderEvent }
  | { readonly type: 'cannot drop logs'; readonly error: unknown }
  | { readonly type: 'chain'; readonly state: string; readonly reason: string | undefined }
  | { readonly type: 'block'; readonly number: number; readonly timestamp: number; readonly head: number }

/** What others may look at while this process leads. */
export type Leading = {
  readonly book: Book
  readonly hands: Hands
  readonly clock: ChainClock
  readonly status: () => FollowStatus
  readonly inFlight: () => number
}

/** How far following is. */
export type FollowStatus = {
  readonly state: 'starting' | 'catching up' | 'live' | 'waiting'
  readonly reason: string | undefined
  readonly head: number | undefined
  readonly block: number | undefined
}

/**
 * Leads until the signal aborts.
 *
 * @param onLeading hears what can be looked at, and that nothing can any more
 * @throws what a database throws that does not answer at the start
 */
export async function lead(
  parts: LeadParts,
  signal: AbortSignal,
  onLeading: (leading: Leading | undefined) => void,
): Promise<void> {
  const { database, hub, authority, gateway } = parts
  const epoch = await takeOver(database)
  const clock = openClock()
  const book = await loadBook(database, Date.now())
  const store = openStore(database, book, epoch)
  const sender = createSender({
    client: signingClient(parts),
    maxFeePerGas: parts.maxFeePerGas,
    pollingMs: Math.min(250, Math.max(50, parts.pollingMs)),
    onEvent: (event) => {
      parts.onNews({ type: 'sender', event })
    },
  })
  const hands = openHands(parts.trialPlaces)
  for (const task of book.tasks.values()) for (const place of task.places.values()) hands.update(task, place)
  const durations = learnDurations()
  await recallDurations(database, durations)
  const { say } = gateway
  const { onNews, onChange, onLog, patience } = parts
  const pool = openPool({
    book,
    store,
    hands,
    durations,
    authority,
    hub: hub.address,
    sender,
    say,
    now: clock.now,
    onNews,
    onChange,
    ...(patience === undefined ? {} : { patience }),
  })
  const events = hearWorkers({
    book,
    store,
    hands,
    pool,
    now: clock.now,
    say,
    readScore: hub.readScore,
    onChange,
    onLog,
  })
  const stakes = openStakes({ book, readStake: hub.readStake, onChange: pool.look })
  const sale = openSaleOf(parts, { book, hands, sender })
  const status: { now: FollowStatus } = {
    now: { state: 'starting', reason: undefined, head: undefined, block: undefined },
  }
  onLeading({ book, hands, clock, status: () => status.now, inFlight: () => sender.inFlight().length })
  const { facts, workerpool, allowed, gatewayLimits = GATEWAY_LIMITS } = parts
  gateway.serve({
    chainId: facts.chainId,
    workerpool,
    allowed,
    facts,
    limits: gatewayLimits,
    events: {
      ...events,
      onReady: (worker) => {
        stakes.look(worker)
        events.onReady(worker)
        sale?.look()
      },
      onGone: (worker) => {
        events.onGone(worker)
        sale?.look()
      },
    },
  })
  const ended = new AbortController()
  const selling = sale?.run(AbortSignal.any([signal, ended.signal]))
  const sweeping = setInterval(() => {
    const limits = { since: Date.now() - parts.keptDays * DAY_MS, mostBytes: parts.logBytes }
    dropLogs(database, limits).catch((error: unknown) => {
      onNews({ type: 'cannot drop logs', error })
    })
  }, SWEEP_MS)
  try {
    await Promise.race([
      follow(parts, { book, store, pool, clock, hands, status, sale, stakes, durations }, signal),
      pool.deposed.then(async () => untilAborted(signal)),
    ])
  } finally {
    pool.stop()
    stakes.stop()
    ended.abort()
    clearInterval(sweeping)
    gateway.serve(undefined)
    onLeading(undefined)
    await selling
    await sender.close()
    await pool.idle()
    await store.flush().catch(() => undefined)
  }
}

const DAY_MS = 86_400_000
const SWEEP_MS = 60_000

function openSaleOf(
  parts: LeadParts,
  { book, hands, sender }: { readonly book: Book; readonly hands: Hands; readonly sender: Sender },
): Sale | undefined {
  const { market: url, chainId, authority, onNews } = parts
  if (url === undefined) return undefined
  const market = openMarketClient(url, chainId, authority)
  const workers = (): readonly WorkerSnapshot[] =>
    [...book.workers.values()].map((worker) =>
      snapshotOfWorker(worker, { free: hands.freeOf(worker, Date.now()), ahead: 0n, now: Date.now() }),
    )
  return openSale({ ...parts, market, sender, workers, onNews })
}

/** The process that led before is about to hear of it; if it does not, it starts anew. */
async function untilAborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => {
      resolve()
    })
    setTimeout(() => {
      reject(new Error('Another process has taken over this pool.'))
    }, DEPOSED_MS).unref()
  })
}

const DEPOSED_MS = 10_000

function signingClient({ client, authority }: LeadParts): Parameters<typeof createSender>[0]['client'] {
  const transport = custom({ request: client.request as never }, { retryCount: 0 })
  return createClient({ account: authority.key, chain: client.chain, transport })
}

type Running = {
  readonly book: Book
  readonly store: Store
  readonly pool: Pool
  readonly clock: ChainClock
  readonly hands: Hands
  readonly status: { now: FollowStatus }
  readonly sale: Sale | undefined
  readonly stakes: Stakes
  readonly durations: Durations
}

/** Follows the chain into the book. */
async function follow(parts: LeadParts, running: Running, signal: AbortSignal): Promise<void> {
  const { database, hub, workerpool, limits, client, gateway } = parts
  const { book, store, pool, clock, status, hands, stakes, durations } = running
  const applier: Applier = {
    hub,
    book,
    workerpool,
    limits,
    speaksFor: (owner) => parts.authority.voiceOf(owner) !== undefined,
    now: () => clock.now().ms,
    restoreTask: async (id) => loadTask(database, book, id),
    scores: new Map(),
    onVote: (worker, task) => {
      stakes.noteVote(worker, task)
      // Only a vote, which costs something, teaches how long such tasks take.
      const tookMs = task.places.get(worker)?.tookMs
      if (tookMs !== undefined) durations.note(durationNames(task.deal.facts), tookMs)
      refreshHands(hands, task)
      pool.look()
    },
    onProof: pool.look,
    onScore: ({ worker, isAccurate }) => {
      stakes.look(worker)
      const known = book.workers.get(worker)
      if (known === undefined) return
      if (known.score !== undefined) known.score = isAccurate ? known.score + 1n : (known.score * 2n) / 3n
      if (!isAccurate) blameWorker(book, known, { amount: FAULT_BLAME, now: clock.now().ms })
    },
    onGone: ({ id, places }) => {
      hands.forget(id, places.keys())
      const message = 'A reorganisation of the chain took the deal of this task away.'
      for (const place of places.values())
        if (!hasEnded(place)) gateway.say(place.worker, { type: 'withdraw', taskId: id, message })
      pool.look()
      parts.onChange(id)
    },
  }
  const steps = followEvents({
    client,
    filters: [hubFilter(hub.address)],
    fromBlock: parts.fromBlock,
    cursor: await loadCursor(database),
    wakeUp: parts.wakeUp,
    pollingMs: parts.pollingMs,
    signal,
    onState: ({ state, reason, head }) => {
      status.now = { ...status.now, state, reason, head: head ?? status.now.head }
      parts.onNews({ type: 'chain', state, reason })
    },
  })
  let isFirst = true
  for await (const step of steps) {
    if (step.kind === 'rollback') {
      const { to } = step
      const changed = await untilDone(parts, signal, async () => {
        const touched = to === undefined ? new Map() : await touchedAfter(database, to.number)
        return undoBlocks(applier, to, touched)
      })
      if (changed === undefined) return
      for (const id of changed) refreshHands(hands, book.tasks.get(id))
      pool.touch(changed)
      continue
    }
    for (const block of step.blocks) {
      const applied = await untilDone(parts, signal, async () => applyBlock(applier, block))
      if (applied === undefined) return
      const { tasks, deals } = applied
      const isJump = Math.abs(block.timestamp - clock.now().chain) > JUMP_S
      clock.set(block.timestamp)
      // What was to be looked at in an hour may be due now.
      if (isJump) pool.touch(book.tasks.keys())
      status.now = { ...status.now, block: block.number, head: Math.max(step.head, block.number) }
      parts.onNews({ type: 'block', number: block.number, timestamp: block.timestamp, head: step.head })
      pool.touch(tasks)
      for (const id of tasks) parts.onChange(id)
      if (deals.size > 0) {
        pool.look()
        running.sale?.look()
      }
    }
    const isLive = (step.blocks.at(-1)?.number ?? 0) >= step.head
    if (isLive && isFirst) {
      isFirst = false
      await settleSent(parts, running)
      pool.touch(book.tasks.keys())
    }
    pool.setLive(isLive || !isFirst)
    // Without anything to decide, nobody else would store the block.
    store.flush().catch(() => undefined)
  }
}

/** A chain whose clock differs from what was expected by so many seconds has jumped. */
const JUMP_S = 5

const LONGEST_PAUSE_MS = 5_000

/** Neither the node nor the database must fail for good: what is half done is done again, and that does no harm. */
async function untilDone<Answer>(
  { onNews }: LeadParts,
  signal: AbortSignal,
  work: () => Promise<Answer>,
): Promise<Answer | undefined> {
  for (let waitMs = 100; !signal.aborted; waitMs = Math.min(LONGEST_PAUSE_MS, waitMs * 2)) {
    try {
      return await work()
    } catch (error) {
      onNews({ type: 'chain', state: 'waiting', reason: sayWhy(error) })
      await pause(waitMs, signal)
    }
  }
  return undefined
}

function refreshHands(hands: Hands, task: Task | undefined): void {
  if (task !== undefined) for (const place of task.places.values()) hands.update(task, place)
}

/** A transaction that an earlier life of this process sent may still be on its way: it gets a moment. */
const LEFT_MS = 4_000

/** What was on its way when this process ended: the chain has been read, and what it does not show is decided anew. */
async function settleSent({ client, authority }: LeadParts, { book, clock }: Running): Promise<void> {
  const address = authority.key.address
  const [latest, pending] = await Promise.all([
    getTransactionCount(client, { address, blockTag: 'latest' }).catch(() => 0),
    getTransactionCount(client, { address, blockTag: 'pending' }).catch(() => 0),
  ])
  const retryAt = clock.now().ms + (pending > latest ? LEFT_MS : 0)
  for (const task of book.tasks.values()) {
    for (const [key, sent] of task.sent) {
      if (sent.state !== 'open') continue
      Object.assign(sent, { state: 'failed', reason: 'The process ended while it was on its way.', retryAt })
      touchCommand(book, task, key)
    }
  }
}

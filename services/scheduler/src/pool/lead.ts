// What a process does while it leads: takes the tables into memory, follows the chain, lets workers in, and decides.
import { createSender, type Sender } from '@iexec/chain'
import { createClient, custom } from 'viem'
import type { Book } from '../book/book.ts'
import { loadBook } from '../book/load.ts'
import { dropLogs } from '../book/logs.ts'
import { openStore, takeOver } from '../book/store.ts'
import { learnDurations } from '../decide/durations.ts'
import type { WorkerSnapshot } from '../decide/snapshot.ts'
import type { GatewayEvents } from '../gateway/connection.ts'
import { GATEWAY_LIMITS } from '../gateway/limits.ts'
import { openMarketClient } from '../orders/marketClient.ts'
import { openSale, type Sale } from '../orders/sell.ts'
import { openClock } from './clock.ts'
import { follow } from './follow.ts'
import { openHands, snapshotOfWorker, type Hands } from './hands.ts'
import type { LeadParts, Leading, Running } from './leading.ts'
import type { PoolParts } from './desk.ts'
import { openPool, type Pool } from './pool.ts'
import { recallDurations } from './recallDurations.ts'
import { hearWorkers } from './reports.ts'
import { openStakes } from './stakes.ts'

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
  const sender = openSender(parts)
  const running = await open(parts, sender)
  const { book, hands, clock, status, pool, stakes, sale, store } = running
  onLeading({ book, hands, clock, status: () => status.now, inFlight: () => sender.inFlight().length })
  letWorkersIn(parts, running)
  const ended = new AbortController()
  const selling = sale?.run(AbortSignal.any([signal, ended.signal]))
  const sweeping = sweepLogs(parts)
  try {
    await Promise.race([follow(parts, running, signal), pool.deposed.then(async () => untilAborted(signal))])
  } finally {
    pool.stop()
    stakes.stop()
    ended.abort()
    clearInterval(sweeping)
    parts.gateway.serve(undefined)
    onLeading(undefined)
    await selling
    await sender.close()
    await pool.idle()
    await store.flush().catch(() => undefined)
  }
}

function openSender(parts: LeadParts): Sender {
  return createSender({
    client: signingClient(parts),
    maxFeePerGas: parts.maxFeePerGas,
    pollingMs: Math.min(250, Math.max(50, parts.pollingMs)),
    onEvent: (event) => {
      parts.onNews({ type: 'sender', event })
    },
  })
}

/** Takes over, and takes the tables into memory. */
async function open(parts: LeadParts, sender: Sender): Promise<Running> {
  const { database, hub } = parts
  const epoch = await takeOver(database)
  const clock = openClock()
  const book = await loadBook(database, Date.now())
  const store = openStore(database, book, epoch)
  const hands = openHands(parts.trialPlaces)
  for (const task of book.tasks.values()) for (const place of task.places.values()) hands.update(task, place)
  const durations = learnDurations()
  await recallDurations(database, durations)
  const pool = openPoolOf(parts, { book, store, hands, durations, sender, now: clock.now })
  const stakes = openStakes({ book, readStake: hub.readStake, onChange: pool.look })
  const sale = openSaleOf(parts, { book, hands, sender })
  const status: Running['status'] = {
    now: { state: 'starting', reason: undefined, head: undefined, block: undefined },
  }
  return { book, store, pool, clock, hands, status, sale, stakes, durations }
}

function openPoolOf(
  { authority, hub, gateway, onNews, onChange, patience }: LeadParts,
  own: Pick<PoolParts, 'book' | 'store' | 'hands' | 'durations' | 'sender' | 'now'>,
): Pool {
  return openPool({
    ...own,
    authority,
    hub: hub.address,
    say: gateway.say,
    onNews,
    onChange,
    ...(patience === undefined ? {} : { patience }),
  })
}

function letWorkersIn(parts: LeadParts, running: Running): void {
  const { gateway, hub, facts, workerpool, allowed, onChange, onLog, gatewayLimits: limits = GATEWAY_LIMITS } = parts
  const { stakes, sale, clock } = running
  const heard = hearWorkers({
    ...running,
    now: clock.now,
    say: gateway.say,
    readScore: hub.readScore,
    readStake: hub.readStake,
    onChange,
    onLog,
  })
  const events: GatewayEvents = {
    ...heard,
    onReady: (worker) => {
      stakes.look(worker)
      heard.onReady(worker)
      sale?.look()
    },
    onGone: (worker) => {
      heard.onGone(worker)
      sale?.look()
    },
  }
  gateway.serve({ chainId: facts.chainId, workerpool, allowed, facts, limits, events })
}

/** Deletes old logs, again and again. */
function sweepLogs({ database, keptDays, logBytes, onNews }: LeadParts): NodeJS.Timeout {
  return setInterval(() => {
    dropLogs(database, { since: Date.now() - keptDays * DAY_MS, mostBytes: logBytes }).catch((error: unknown) => {
      onNews({ type: 'cannot drop logs', error })
    })
  }, SWEEP_MS)
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

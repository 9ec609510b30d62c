// What workers say: taken into the book, stored, and only then acknowledged.
import type { Hello, PlaceReport, WorkerMessage, WorkerProfile } from '@iexec/wire/work'
import type { Address, Hex } from 'viem'
import { noteStatus, touchPlace, type Book, type LogText } from '../book/book.ts'
import { isFinal, isStranger, type Place, type Task } from '../book/model.ts'
import type { Store } from '../book/store.ts'
import { hasEnded } from '../decide/places.ts'
import type { Now } from '../decide/snapshot.ts'
import type { GatewayEvents, Said } from '../gateway/connection.ts'
import { blameFor, blameWorker, greet, praiseWorker, type Hands } from './hands.ts'
import type { Pool } from './pool.ts'

/** What hears workers. */
export type ReportParts = {
  readonly book: Book
  readonly store: Store
  readonly hands: Hands
  readonly pool: Pick<Pool, 'touch' | 'look' | 'repeatOffers'>
  readonly now: () => Now
  readonly say: (worker: Address, said: Said) => void
  readonly readScore: (worker: Address) => Promise<bigint>
  /** What it has free at the hub. */
  readonly readStake: (worker: Address) => Promise<bigint>
  readonly onChange: (task: Hex) => void
  readonly onLog: (log: LogText, text: string) => void
}

/** Until a worker that is back has reported all of its places, in milliseconds. */
const REPORTING_MS = 3_000

/** Refused because it has no room: asked for nothing for so long. */
const BUSY_MS = 1_000

/** Listens to workers. */
export function hearWorkers(parts: ReportParts): GatewayEvents {
  const { book, store, hands, pool, now } = parts
  const reported = new Map<Address, Set<Hex>>()
  const entering = new Map<Address, object>()
  return {
    onHello: async (address, { profile }: Hello) => {
      const entry = {}
      entering.set(address, entry)
      const known = book.workers.get(address)
      const [score, stake] = await Promise.all([
        known?.score ?? parts.readScore(address).catch(() => undefined),
        // Whoever came before this is known would be offered what it cannot lock.
        known?.stake ?? parts.readStake(address).catch(() => undefined),
      ])
      // Whoever left while the chain was asked is not there.
      if (entering.get(address) !== entry) return
      const worker = greet(book, address, { profile, score, now: now().ms })
      worker.stake ??= stake
      reported.set(address, new Set())
    },
    onReady: (address) => {
      const open = hands.openOf(address)
      // Of what was never begun nobody reports anything.
      pool.repeatOffers(
        address,
        [...open].filter((task) => isUntold(book, task, address)),
      )
      setTimeout(() => {
        const said = reported.get(address)
        const silent = [...open].filter((task) => said?.has(task) === false && isOpen(book, task, address))
        if (silent.length > 0) pool.repeatOffers(address, silent)
      }, REPORTING_MS).unref()
      pool.touch(open)
      pool.look()
    },
    onProfile: async (address, profile: WorkerProfile) => {
      greet(book, address, { profile, score: undefined, now: now().ms })
      await store.flush()
      pool.look()
    },
    onReport: async (address, report) => {
      reported.get(address)?.add(report.taskId)
      takeReport(parts, address, report)
      await store.flush()
    },
    onStored: (address, task) => {
      const known = book.tasks.get(task)
      const place = known?.places.get(address)
      if (known === undefined || place === undefined || place.heardAt !== undefined) return
      place.heardAt = now().ms
      touchPlace(book, known, place)
      pool.touch([task])
    },
    onLogs: (address, logs) => {
      takeLogs(parts, address, logs)
    },
    onGone: (address) => {
      entering.delete(address)
      const worker = book.workers.get(address)
      if (worker === undefined) return
      Object.assign(worker, { isConnected: false, goneAt: now().ms })
      reported.delete(address)
      // Wallets cost nothing: whoever has neither done nor failed anything leaves nothing behind.
      if (isStranger(worker) && hands.openOf(address).size === 0) book.workers.delete(address)
      pool.touch(hands.openOf(address))
    },
  }
}

function isUntold(book: Book, task: Hex, worker: Address): boolean {
  const place = book.tasks.get(task)?.places.get(worker)
  return place?.state === 'offered' && !hasEnded(place)
}

function isOpen(book: Book, task: Hex, worker: Address): boolean {
  const known = book.tasks.get(task)
  const place = known?.places.get(worker)
  return known !== undefined && !isFinal(known) && place !== undefined && !hasEnded(place)
}

/** Takes a report into the book. What is not known is not kept: the chain alone says who voted. */
function takeReport(parts: ReportParts, address: Address, report: PlaceReport): void {
  const { book, hands, pool, now, say } = parts
  const task = book.tasks.get(report.taskId)
  const place = task?.places.get(address)
  if (task === undefined || place === undefined) return
  const { ms } = now()
  if (place.isWithdrawn && !ENDED.has(report.state)) {
    if (task.votes.some(({ worker }) => worker === address)) place.isWithdrawn = false
    else say(address, { type: 'withdraw', taskId: task.id, message: 'Others do it already.' })
  }
  const isNews = place.state !== report.state
  const { state, cause, message, exitCode, digest, cid, callbackData } = report
  Object.assign(place, {
    state,
    cause,
    message,
    exitCode: exitCode ?? place.exitCode,
    digest: digest?.toLowerCase() ?? place.digest,
    cid: cid ?? place.cid,
    callbackData: callbackData ?? place.callbackData,
    heardAt: place.heardAt ?? ms,
  })
  if (isNews) noteNews(parts, task, place)
  touchPlace(book, task, place)
  hands.update(task, place)
  pool.touch([task.id])
  if (isNews && FREEING.has(state)) {
    storeLogs(book, task.id, address)
    pool.look()
  }
  parts.onChange(task.id)
}

const ENDED = new Set<Place['state']>(['done', 'refused', 'failed', 'aborted'])
const FREEING = new Set<Place['state']>([...ENDED, 'computed', 'contributing', 'contributed'])

/** A state that is new: in the history, in what is learned, and in how far the worker is trusted. */
function noteNews({ book, now }: ReportParts, task: Task, place: Place): void {
  const { ms } = now()
  const { state, cause, exitCode } = place
  place.history = [...place.history.slice(-50), { status: STATUS_NAMES[state](exitCode), at: ms, cause }]
  if (state === 'accepted' && (task.status === 'active' || place.path === 'finalize'))
    noteStatus(book, task, { status: 'RUNNING', at: ms })
  if (state === 'running') place.runningAt = ms
  if (state === 'contributing') place.tookMs ??= ms - place.offeredAt
  // Whoever ends a place twice is neither praised nor blamed again.
  const isEnd = ENDED.has(state) && place.endedAt === undefined
  if (isEnd) place.endedAt = ms
  const worker = book.workers.get(place.worker)
  if (isEnd && state === 'done') praiseWorker(book, worker, ms)
  if (isEnd && (state === 'failed' || state === 'refused'))
    blameWorker(book, worker, { amount: blameFor(cause), now: ms })
  if (worker !== undefined && (cause === 'BUSY' || cause === 'DRAINING')) worker.busyUntil = ms + BUSY_MS
}

const said = (status: string) => (): string => status

/** Our states under the names by which the existing clients know them. */
const STATUS_NAMES: Readonly<Record<Place['state'], (exitCode: number | undefined) => string>> = {
  offered: said('CREATED'),
  accepted: said('STARTED'),
  fetching: said('APP_DOWNLOADING'),
  running: said('COMPUTING'),
  computed: (exitCode) => (exitCode === undefined || exitCode === 0 ? 'COMPUTED' : 'COMPUTE_FAILED'),
  contributing: said('CONTRIBUTING'),
  contributed: said('CONTRIBUTED'),
  revealing: said('REVEALING'),
  revealed: said('REVEALED'),
  done: said('COMPLETED'),
  refused: said('START_FAILED'),
  failed: said('FAILED'),
  aborted: said('ABORTED'),
}

/** The last so many characters of each stream are kept. */
const KEPT_LOG = 100_000

const STORE_LOGS_MS = 5_000
const stored = new WeakMap<LogText, number>()

/** Whatever an app wrote is stored when it ended. */
function storeLogs({ logs, dirty }: Book, task: Hex, worker: Address): void {
  for (const stream of ['stdout', 'stderr']) {
    const log = logs.get(`${task}-${worker}-${stream}`)
    if (log !== undefined) dirty.logs.add(log)
  }
}

function takeLogs(
  { book, onLog, now: clock }: ReportParts,
  worker: Address,
  { taskId, stream, offset, text }: Extract<WorkerMessage, { type: 'logs' }>,
): void {
  const now = clock().ms
  const task = book.tasks.get(taskId)
  if (task === undefined || !task.places.has(worker) || isFinal(task)) return
  const key = `${taskId}-${worker}-${stream}`
  const known: LogText = book.logs.get(key) ?? { task: taskId, worker, stream, text: '', offset: 0 }
  // What was said before a break comes again from its beginning.
  const news = offset < known.offset ? text.slice(known.offset - offset) : text
  if (news === '') return
  known.text = (known.text + news).slice(-KEPT_LOG)
  known.offset = Math.max(known.offset, offset + text.length)
  book.logs.set(key, known)
  onLog(known, news)
  // A talkative app would have the same text written again and again.
  if (now - (stored.get(known) ?? 0) < STORE_LOGS_MS) return
  stored.set(known, now)
  book.dirty.logs.add(known)
}

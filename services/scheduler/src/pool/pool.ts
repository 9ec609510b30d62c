// The scheduler at work: whatever happens touches tasks, touched tasks are decided, and what is decided is stored and carried out.
import type { Sender } from '@iexec/chain'
import type { Place as PlaceOffer } from '@iexec/wire/work'
import type { Address, Hex } from 'viem'
import type { Authority } from '../authority.ts'
import { noteStatus, touchCommand, touchPlace, type Book } from '../book/book.ts'
import type { Place, Task } from '../book/model.ts'
import { evict, Deposed, type Store } from '../book/store.ts'
import { carryOut, type ChainJob, type JobOutcome } from '../chain/carryOut.ts'
import { isForChain, type ChainCommand, type Command, type OfferCommand, type TalkCommand } from '../decide/command.ts'
import { decide } from '../decide/decide.ts'
import type { Durations } from '../decide/durations.ts'
import { countedUntil } from '../decide/places.ts'
import { openRoster } from '../decide/roster.ts'
import { PATIENCE, type Now, type Patience, type WorkerSnapshot } from '../decide/snapshot.ts'
import type { Said } from '../gateway/connection.ts'
import { beginClaims, beginTasks, TASKS_AT_ONCE } from './choose.ts'
import { SILENCE_BLAME, blameWorker, snapshotOfWorker, type Hands } from './hands.ts'
import { snapshotOfTask, stakeOf } from './snapshots.ts'

/** What a pool works with. */
export type PoolParts = {
  readonly book: Book
  readonly store: Store
  readonly hands: Hands
  readonly durations: Durations
  readonly authority: Authority
  readonly hub: Address
  readonly sender: Pick<Sender, 'send'>
  readonly say: (worker: Address, said: Said) => void
  readonly now: () => Now
  readonly patience?: Patience
  /** Hears what was decided, what became of it, and what cannot be done at the moment. */
  readonly onNews: (news: PoolNews) => void
  /** Hears that something of a task changed. */
  readonly onChange: (task: Hex) => void
}

/** What a log or a counter may tell. */
export type PoolNews =
  | { readonly type: 'decided'; readonly command: Command }
  | { readonly type: 'done'; readonly command: ChainCommand; readonly outcome: JobOutcome }
  | { readonly type: 'cannot store' | 'cannot decide'; readonly error: unknown }
  | { readonly type: 'deposed' }

/** A pool that decides. */
export type Pool = {
  /** Something happened to these tasks. */
  readonly touch: (tasks: Iterable<Hex>) => void
  /** There may be room for more tasks. */
  readonly look: () => void
  /** Decides nothing before this is said: the chain is caught up with. */
  readonly setLive: (isLive: boolean) => void
  /** Says again what a worker was offered. */
  readonly repeatOffers: (worker: Address, tasks: Iterable<Hex>) => void
  readonly stop: () => void
  /** Resolves when another process has taken over. */
  readonly deposed: Promise<void>
  /** Returns when the round that goes on has ended; after `stop`, no other one begins. */
  readonly idle: () => Promise<void>
}

/** Everything that a running pool remembers beside its book. */
type Desk = {
  readonly parts: PoolParts
  readonly patience: Patience
  readonly touched: Set<Hex>
  /** Tasks that need more places than there were, in turn. */
  readonly waiting: Set<Hex>
  readonly wakeAt: Map<Hex, number>
  readonly depose: () => void
  readonly schedule: () => void
  hasRoom: boolean
  isLive: boolean
  isStopped: boolean
}

/** Begins with nothing touched. */
export function openPool(parts: PoolParts): Pool {
  const { promise: deposed, resolve: depose } = Promise.withResolvers<void>()
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const desk: Desk = {
    parts,
    patience: parts.patience ?? PATIENCE,
    touched: new Set(),
    waiting: new Set(),
    wakeAt: new Map(),
    depose,
    schedule: () => {
      if (running !== undefined || !desk.isLive || desk.isStopped) return
      running = new Promise<void>((resolve) => setImmediate(resolve))
        .then(async () => work(desk))
        .finally(() => {
          running = undefined
          clearTimeout(timer)
          if (hasWork(desk)) desk.schedule()
          else timer = sleep(desk)
        })
    },
    hasRoom: true,
    isLive: false,
    isStopped: false,
  }
  return {
    touch: (tasks) => {
      for (const task of tasks) desk.touched.add(task)
      desk.schedule()
    },
    look: () => {
      desk.hasRoom = true
      desk.schedule()
    },
    setLive: (isLive) => {
      desk.isLive = isLive
      desk.schedule()
    },
    repeatOffers: (worker, tasks) => {
      void repeatOffers(desk, worker, tasks)
    },
    stop: () => {
      desk.isStopped = true
      clearTimeout(timer)
    },
    deposed,
    idle: async () => {
      await running
    },
  }
}

function hasWork({ touched, hasRoom, isLive, isStopped }: Desk): boolean {
  return isLive && !isStopped && (touched.size > 0 || hasRoom)
}

const LONGEST_SLEEP_MS = 5_000

/** Until the next moment at which something has to be decided although nothing happened. */
function sleep(desk: Desk): NodeJS.Timeout {
  const now = desk.parts.now().ms
  const next = Math.min(now + LONGEST_SLEEP_MS, ...desk.wakeAt.values())
  return setTimeout(
    () => {
      desk.hasRoom = true
      desk.schedule()
    },
    Math.max(5, next - now),
  )
}

const MISTAKE_MS = 1_000

/** One round: everything that was touched, as much as fits. */
async function work(desk: Desk): Promise<void> {
  const { parts } = desk
  try {
    const commands = round(desk)
    const offers = authorizeAll(desk, commands)
    await storeAll(desk)
    if (desk.isStopped) return
    carryOutAll(desk, commands, await offers)
  } catch (error) {
    if (!(error instanceof Deposed)) {
      // A mistake of ours in one round must not end the others; it is told, and nothing of it was carried out.
      parts.onNews({ type: 'cannot decide', error })
      await new Promise((resolve) => setTimeout(resolve, MISTAKE_MS))
      return
    }
    desk.isStopped = true
    parts.onNews({ type: 'deposed' })
    desk.depose()
  }
}

/** Recorded before it is carried out: what cannot be stored waits, and so does everything else. */
async function storeAll({ parts, ...desk }: Desk): Promise<void> {
  for (let pause = 100; !desk.isStopped; pause = Math.min(5_000, pause * 2)) {
    try {
      await parts.store.flush()
      return
    } catch (error) {
      if (error instanceof Deposed) throw error
      parts.onNews({ type: 'cannot store', error })
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

/** Decides, and writes what was decided into the book. */
function round(desk: Desk): readonly Command[] {
  const { parts, touched, waiting, wakeAt, patience } = desk
  const { book } = parts
  const now = parts.now()
  const ids = new Set<Hex>()
  for (const id of take(touched, TASKS_AT_ONCE)) ids.add(id)
  for (const [id, at] of wakeAt) if (at <= now.ms) ids.add(id)
  for (const { id } of beginClaims(book, now)) ids.add(id)
  const workers = snapshotOfWorkers(desk, now.ms)
  const room = workers.reduce((sum, { free }) => sum + free, 0)
  if (room > 0 && desk.hasRoom) {
    for (const id of take(waiting, TASKS_AT_ONCE)) ids.add(id)
    for (const { id } of findMore(desk, { room, workers, now, chosen: ids })) ids.add(id)
  }
  const tasks = [...ids].flatMap((id) => book.tasks.get(id) ?? [])
  for (const id of ids) wakeAt.delete(id)
  const snapshot = { tasks: tasks.map((task) => snapshotOfTask(task, parts.durations)), workers, patience }
  const decision = decide(snapshot, now)
  for (const [id, at] of decision.wakeAt) wakeAt.set(id, Math.max(at, now.ms + 1))
  for (const id of ids) waiting.delete(id)
  for (const id of decision.waiting) waiting.add(id)
  // Only a place that is taken back makes room by being decided.
  desk.hasRoom = decision.commands.some((command) => command.do === 'withdraw')
  for (const command of decision.commands) note(desk, command, now)
  if (now.ms - (lastSweep.get(desk) ?? 0) > SWEEP_MS) sweep(desk, now.ms)
  return decision.commands
}

const SWEEP_MS = 2_000
const lastSweep = new WeakMap<Desk, number>()

/** Only what is in hand stays in memory. */
function sweep(desk: Desk, now: number): void {
  lastSweep.set(desk, now)
  for (const task of evict(desk.parts.book, now)) {
    desk.wakeAt.delete(task.id)
    desk.waiting.delete(task.id)
    desk.parts.hands.forget(task.id, task.places.keys())
  }
}

function* take(set: Set<Hex>, most: number): Iterable<Hex> {
  let count = 0
  for (const id of set) {
    if (count >= most) return
    count += 1
    set.delete(id)
    yield id
  }
}

/** New tasks for the room that is left. */
function findMore(
  { parts, waiting }: Desk,
  {
    room,
    workers,
    now,
    chosen,
  }: {
    readonly room: number
    readonly workers: readonly WorkerSnapshot[]
    readonly now: Now
    readonly chosen: ReadonlySet<Hex>
  },
): readonly Task[] {
  const { book } = parts
  const roster = openRoster(workers)
  const busy = new Set(
    [...waiting, ...chosen].flatMap((id) => {
      const task = book.tasks.get(id)
      return task === undefined || task.places.size > 0 || task.status !== 'unset' ? [] : [task.deal]
    }),
  )
  return beginTasks(book, {
    room,
    now,
    isWaiting: (deal) => busy.has(deal),
    isFree: ({ facts }) => {
      const { requirement } = facts
      return requirement !== undefined && roster.fit(requirement).some(roster.isFree)
    },
  })
}

/** Everybody who is there, and everybody who has a place. */
function snapshotOfWorkers({ parts }: Desk, now: number): readonly WorkerSnapshot[] {
  const { book, hands } = parts
  const snapshots: WorkerSnapshot[] = []
  for (const worker of book.workers.values()) {
    if (!worker.isConnected && hands.openOf(worker.address).size === 0) continue
    const free = hands.freeOf(worker, now)
    snapshots.push(snapshotOfWorker(worker, { free, ahead: free > 0 ? stakeAhead(parts, worker.address) : 0n, now }))
  }
  return snapshots
}

/** What a worker's places will lock, and the chain has not locked yet. */
function stakeAhead({ book, hands }: PoolParts, worker: Address): bigint {
  let sum = 0n
  for (const id of hands.openOf(worker)) {
    const task = book.tasks.get(id)
    const hasVoted = task?.votes.some((vote) => vote.worker === worker) === true
    if (task !== undefined && !hasVoted && task.places.get(worker)?.path === 'commit') sum += stakeOf(task.deal.facts)
  }
  return sum
}

/** Writes a command into the book. */
function note(desk: Desk, command: Command, now: Now): void {
  const { parts } = desk
  const { book } = parts
  const task = book.tasks.get(command.task)
  if (task === undefined) return
  parts.onNews({ type: 'decided', command })
  if (isForChain(command)) {
    const before = task.sent.get(command.key)
    task.sent.set(command.key, {
      kind: command.do,
      state: 'open',
      attempts: (before?.attempts ?? 0) + 1,
      decidedAt: now.ms,
      endedAt: undefined,
      retryAt: 0,
      tx: undefined,
      reason: undefined,
    })
    touchCommand(book, task, command.key)
    const status = STATUS_OF[command.do]
    if (status !== undefined) noteStatus(book, task, { status, at: now.ms })
  } else if (command.do === 'offer') givePlace(desk, task, { command, now })
  else {
    const place = task.places.get(command.worker)
    if (place === undefined) return
    if (command.do === 'deliver') place.deliverAt = now.ms
    else Object.assign(place, { isWithdrawn: true, endedAt: now.ms })
    touchPlace(book, task, place)
    parts.hands.update(task.id, place)
  }
  parts.onChange(task.id)
}

const STATUS_OF: Partial<Record<ChainCommand['do'], string>> = {
  initialize: 'INITIALIZING',
  reopen: 'REOPENING',
  finalize: 'FINALIZING',
}

function givePlace(
  desk: Desk,
  task: Task,
  { command, now }: { readonly command: OfferCommand; readonly now: Now },
): void {
  const { worker, attempt, path, wantedUntil } = command
  const { parts } = desk
  const { book, hands } = parts
  blameSilent(desk, task, now)
  const place: Place = {
    worker,
    attempt,
    path,
    wantedUntil,
    state: 'offered',
    cause: undefined,
    message: undefined,
    exitCode: undefined,
    digest: undefined,
    cid: undefined,
    callbackData: undefined,
    offeredAt: now.ms,
    heardAt: undefined,
    runningAt: undefined,
    endedAt: undefined,
    isWithdrawn: false,
    isSilent: false,
    deliverAt: undefined,
    history: [...(task.places.get(worker)?.history ?? []), { status: 'CREATED', at: now.ms }],
  }
  task.places.set(worker, place)
  touchPlace(book, task, place)
  book.dirty.tasks.add(task)
  hands.update(task.id, place)
}

/** A substitute was needed: whoever fell silent is trusted a little less. */
function blameSilent({ parts, patience }: Desk, task: Task, now: Now): void {
  const { book, durations } = parts
  const snapshot = snapshotOfTask(task, durations)
  for (const place of task.places.values()) {
    const known = book.workers.get(place.worker)
    const worker = known === undefined ? undefined : snapshotOfWorker(known, { free: 0, ahead: 0n, now: now.ms })
    const until = countedUntil(place, snapshot, { worker, patience })
    if (place.isSilent || until === -Infinity || until > now.ms) continue
    if (task.votes.some((vote) => vote.worker === place.worker)) continue
    place.isSilent = true
    touchPlace(book, task, place)
    blameWorker(book, known, { amount: SILENCE_BLAME, now: now.ms })
  }
}

/** Signs while the decision is stored. */
async function authorizeAll({ parts }: Desk, commands: readonly Command[]): Promise<ReadonlyMap<string, Hex>> {
  const offers = commands.filter((command) => command.do === 'offer')
  const signed = await Promise.all(
    offers.map(async ({ key, worker, task }) => [key, await authorize(parts, worker, task)] as const),
  )
  return new Map(signed.flatMap(([key, signature]) => (signature === undefined ? [] : [[key, signature]])))
}

/** By the word of whoever owned the pool when the deal was made. */
async function authorize({ book, authority }: PoolParts, worker: Address, id: Hex): Promise<Hex | undefined> {
  const task = book.tasks.get(id)
  return task === undefined ? undefined : authority.voiceOf(task.deal.facts.owner)?.authorize(worker, id)
}

function carryOutAll(desk: Desk, commands: readonly Command[], authorizations: ReadonlyMap<string, Hex>): void {
  const { parts } = desk
  for (const command of commands) if (!isForChain(command)) talk(desk, command, authorizations.get(command.key))
  const jobs = commands.filter(isForChain).flatMap((command) => jobOf(desk, command))
  if (jobs.length === 0) return
  const { sender, hub } = parts
  void carryOut({ sender, hub }, jobs, (job, outcome) => {
    conclude(desk, job, outcome)
  })
}

function jobOf({ parts }: Desk, command: ChainCommand): readonly ChainJob[] {
  const task = parts.book.tasks.get(command.task)
  if (task === undefined) return []
  const { facts } = task.deal
  return [
    {
      command,
      deal: facts.id,
      index: task.index,
      isBegun: task.status !== 'unset',
      callback: facts.callback,
      door: parts.authority.voiceOf(facts.owner)?.door ?? parts.hub,
      votes: task.votes.length,
    },
  ]
}

function talk({ parts }: Desk, command: TalkCommand, authorization: Hex | undefined): void {
  const task = parts.book.tasks.get(command.task)
  if (task === undefined) return
  if (command.do === 'withdraw') {
    parts.say(command.worker, { type: 'withdraw', taskId: task.id, message: command.message })
  } else if (command.do === 'deliver') {
    parts.say(command.worker, { type: 'deliver', taskId: task.id })
  } else if (authorization !== undefined) {
    parts.say(command.worker, { type: 'offer', place: offerOf(task, command, authorization) })
  }
}

function offerOf(
  { id, deal, index }: Task,
  { path, wantedUntil }: Pick<Place, 'path' | 'wantedUntil'>,
  authorization: Hex,
): PlaceOffer {
  return {
    taskId: id,
    dealId: deal.facts.id,
    index,
    path,
    enclaveChallenge: '0x0000000000000000000000000000000000000000',
    authorization,
    wantedUntil,
  }
}

async function repeatOffers({ parts }: Desk, worker: Address, tasks: Iterable<Hex>): Promise<void> {
  for (const id of tasks) {
    const task = parts.book.tasks.get(id)
    const place = task?.places.get(worker)
    if (task === undefined || place === undefined) continue
    const authorization = await authorize(parts, worker, id)
    if (authorization === undefined) continue
    parts.say(worker, { type: 'offer', place: offerOf(task, place, authorization) })
  }
}

const LONGEST_REST_MS = 60_000

/** What became of a transaction. What the chain says by itself, the follower has heard or will. */
function conclude(desk: Desk, { command }: ChainJob, outcome: JobOutcome): void {
  const { parts } = desk
  const { book } = parts
  parts.onNews({ type: 'done', command, outcome })
  const task = book.tasks.get(command.task)
  const sent = task?.sent.get(command.key)
  if (task === undefined || sent === undefined || sent.state !== 'open' || outcome.kind === 'left') return
  const now = parts.now().ms
  const rest = Math.min(LONGEST_REST_MS, 1_000 * 2 ** Math.min(sent.attempts - 1, 10))
  Object.assign(
    sent,
    outcome.kind === 'mined'
      ? { state: 'done', endedAt: now, tx: outcome.tx }
      : { state: 'failed', endedAt: now, reason: outcome.reason, retryAt: now + rest },
  )
  touchCommand(book, task, command.key)
  desk.touched.add(task.id)
  desk.schedule()
}

// One round of deciding: which tasks are looked at, by whom they can be done, and what follows.
import type { Address, Hex } from 'viem'
import type { Task } from '../book/model.ts'
import { evict } from '../book/store.ts'
import type { Command } from '../decide/command.ts'
import { decide } from '../decide/decide.ts'
import { openRoster } from '../decide/roster.ts'
import type { Now, WorkerSnapshot } from '../decide/snapshot.ts'
import { beginClaims, beginTasks, TASKS_AT_ONCE } from './choose.ts'
import type { Desk, PoolParts } from './desk.ts'
import { snapshotOfWorker } from './hands.ts'
import { recordCommand } from './recordCommand.ts'
import { snapshotOfTask, stakeOf } from './snapshots.ts'

/** Decides, and writes what was decided into the book. */
export function round(desk: Desk): readonly Command[] {
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
  for (const command of decision.commands) recordCommand(desk, command, now)
  if (now.ms - desk.sweptAt > SWEEP_MS) sweep(desk, now.ms)
  return decision.commands
}

const SWEEP_MS = 2_000

/** Only what is in hand stays in memory. */
function sweep(desk: Desk, now: number): void {
  desk.sweptAt = now
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

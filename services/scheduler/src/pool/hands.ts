// Workers as they are counted on: who is there, how much room it has, and how it did lately.
import { workerWeight } from '@iexec/protocol'
import type { PlaceCause, PlaceState, WorkerProfile } from '@iexec/wire/work'
import type { Address, Hex } from 'viem'
import type { Book } from '../book/book.ts'
import type { Place, Task, Worker } from '../book/model.ts'
import { blameLeft } from '../decide/blame.ts'
import { hasEnded } from '../decide/places.ts'
import { TRIAL_PLACES, roomOf } from '../decide/room.ts'
import type { WorkerSnapshot } from '../decide/snapshot.ts'

/** Who holds which places; kept up to date place by place. */
export type Hands = {
  /** Says that a place changed, or the votes of its task. */
  readonly update: (task: Pick<Task, 'id' | 'votes'>, place: Place) => void
  /** Tasks at which a worker has a place that is not over. */
  readonly openOf: (worker: Address) => ReadonlySet<Hex>
  /** Places that a worker could take now. */
  readonly freeOf: (worker: Worker, now: number) => number
  readonly forget: (task: Hex, workers: Iterable<Address>) => void
}

const OCCUPYING: readonly PlaceState[] = ['offered', 'accepted', 'fetching', 'running']

/** A score beyond this makes no difference. */
const MOST_SCORE = 1_000_000n

/**
 * Counts nothing yet.
 *
 * @param trial places at once for who has proved nothing
 */
export function openHands(trial: number = TRIAL_PLACES): Hands {
  const open = new Map<Address, Set<Hex>>()
  const occupied = new Map<Address, Set<Hex>>()
  const unvoted = new Map<Address, Set<Hex>>()
  return {
    update: ({ id: task, votes }, place) => {
      const isOpen = !hasEnded(place)
      put(open, place, { task, isIn: isOpen })
      put(occupied, place, { task, isIn: isOpen && OCCUPYING.includes(place.state) })
      put(unvoted, place, { task, isIn: isOpen && votes.every(({ worker }) => worker !== place.worker) })
    },
    openOf: (worker) => open.get(worker) ?? new Set(),
    freeOf: ({ address, profile, isConnected, busyUntil, proved, score = 0n }, now) => {
      if (!isConnected || busyUntil > now) return 0
      const computing = occupied.get(address)?.size ?? 0
      const shown = proved + Number(score < MOST_SCORE ? score : MOST_SCORE)
      const held = { stated: profile.places, proved: shown, computing, unvoted: unvoted.get(address)?.size ?? 0 }
      return roomOf(held, trial)
    },
    forget: (task, workers) => {
      for (const worker of workers) for (const sets of [open, occupied, unvoted]) sets.get(worker)?.delete(task)
    },
  }
}

function put(
  sets: Map<Address, Set<Hex>>,
  { worker }: Place,
  { task, isIn }: { readonly task: Hex; readonly isIn: boolean },
): void {
  const set = sets.get(worker) ?? new Set<Hex>()
  if (isIn) set.add(task)
  else set.delete(task)
  if (set.size > 0) sets.set(worker, set)
  else sets.delete(worker)
}

/** What is decided upon. */
export function snapshotOfWorker(
  worker: Worker,
  { free, ahead, now }: { readonly free: number; readonly ahead: bigint; readonly now: number },
): WorkerSnapshot {
  const { address, profile, score, stake, isConnected, goneAt, blame, blamedAt } = worker
  return {
    address,
    weight: workerWeight(score ?? 0n),
    profile,
    stake: stake === undefined ? undefined : stake - ahead,
    free,
    goneAt: isConnected ? undefined : goneAt,
    blame: blameLeft(blame, now - blamedAt),
  }
}

/** A worker that logs in, known or new. */
export function greet(
  book: Book,
  address: Address,
  {
    profile,
    score,
    now,
  }: { readonly profile: WorkerProfile; readonly score: bigint | undefined; readonly now: number },
): Worker {
  const known = book.workers.get(address)
  const worker: Worker = known ?? {
    address,
    profile,
    score,
    stake: undefined,
    isConnected: true,
    goneAt: now,
    seenAt: now,
    blame: 0,
    blamedAt: now,
    busyUntil: 0,
    succeeded: 0,
    failed: 0,
    proved: 0,
  }
  Object.assign(worker, { profile: lowerCached(profile), isConnected: true, seenAt: now, busyUntil: 0 })
  if (score !== undefined) worker.score = score
  book.workers.set(address, worker)
  book.dirty.workers.add(worker)
  return worker
}

function lowerCached(profile: WorkerProfile): WorkerProfile {
  return { ...profile, cached: profile.cached.map((checksum) => checksum.toLowerCase() as Hex) }
}

/** What a failure counts. Refusals of a moment, and ends that are nobody's fault, count nothing. */
const BLAMES: Partial<Record<PlaceCause, number>> = {
  CHAIN_UNREACHABLE: 1,
  DISK_TOO_SMALL: 1,
  ENGINE_MISSING: 1,
  GAS_TOO_LOW: 1,
  MACHINE_FAULT: 1,
  REVEAL_REVERTED: 1,
  STAKE_TOO_LOW: 1,
  STORAGE_UNREACHABLE: 0.5,
}

/** How much a cause counts against a worker. */
export function blameFor(cause: PlaceCause | undefined): number {
  return cause === undefined ? 0 : (BLAMES[cause] ?? 0)
}

/** A vote that lost, or a place that fell silent. */
export const FAULT_BLAME = 2
export const SILENCE_BLAME = 1

/** Counts a failure. */
export function blameWorker(
  { dirty }: Book,
  worker: Worker | undefined,
  { amount, now }: { readonly amount: number; readonly now: number },
): void {
  if (worker === undefined || amount === 0) return
  worker.blame = blameLeft(worker.blame, now - worker.blamedAt) + amount
  worker.blamedAt = now
  worker.failed += 1
  dirty.workers.add(worker)
}

/** Counts a success, which makes good a part of what was. */
export function praiseWorker({ dirty }: Book, worker: Worker | undefined, now: number): void {
  if (worker === undefined) return
  worker.blame = blameLeft(worker.blame, now - worker.blamedAt) / 2
  worker.blamedAt = now
  worker.succeeded += 1
  dirty.workers.add(worker)
}

// Which places can still be counted on.
import type { PlaceCause, PlaceState } from '@iexec/wire/work'
import type { Patience, PlaceSnapshot, TaskSnapshot, WorkerSnapshot } from './snapshot.ts'

const ENDS: readonly PlaceState[] = ['done', 'refused', 'failed', 'aborted']

/** Whether the worker is through with it, one way or the other. */
export function hasEnded({ state, isWithdrawn }: Pick<PlaceSnapshot, 'state' | 'isWithdrawn'>): boolean {
  return isWithdrawn || ENDS.includes(state)
}

/** Reasons that are gone a little later: the same worker may be asked again. */
const PASSING: readonly PlaceCause[] = [
  'BUSY',
  'CHAIN_UNREACHABLE',
  'CONTRIBUTE_REVERTED',
  'DEAL_NOT_FOUND',
  'DISK_TOO_SMALL',
  'DRAINING',
  'GAS_TOO_LOW',
  'MACHINE_FAULT',
  'STAKE_TOO_LOW',
  'STORAGE_UNREACHABLE',
  'TASK_NOT_ACTIVE',
  'WITHDRAWN',
]

/** A worker is asked so often for one task. */
const MOST_ATTEMPTS = 5

/** When the worker of a place that ended may be asked again; undefined: never. */
export function askAgainAt(place: PlaceSnapshot, { askAgainMs }: Patience): number | undefined {
  if (!hasEnded(place) || place.attempt >= MOST_ATTEMPTS) return undefined
  const isPassing = place.isWithdrawn || (place.cause !== undefined && PASSING.includes(place.cause))
  if (!isPassing) return undefined
  return (place.endedAt ?? place.offeredAt) + askAgainMs * 2 ** (place.attempt - 1)
}

/**
 * Until when a place is counted on, in milliseconds: a place that nobody stored, whose worker is gone, or that takes longer
 * than such tasks took, gets a substitute after that. `-Infinity` for one that ended.
 */
export function countedUntil(
  place: PlaceSnapshot,
  task: Pick<TaskSnapshot, 'deal'>,
  { worker, patience }: { readonly worker: WorkerSnapshot | undefined; readonly patience: Patience },
): number {
  if (hasEnded(place)) return -Infinity
  const { offeredAt, heardAt, state } = place
  const ends = [offeredAt + placeMs(task, patience)]
  if (heardAt === undefined) ends.push(offeredAt + patience.ackMs)
  else if (state === 'offered') ends.push(heardAt + patience.acceptMs)
  if (worker === undefined) ends.push(offeredAt + patience.goneMs)
  else if (worker.goneAt !== undefined) ends.push(worker.goneAt + patience.goneMs)
  return Math.min(...ends)
}

/** How long a place may take: a multiple of what was learned, and never more than the category allows. */
export function placeMs({ deal }: Pick<TaskSnapshot, 'deal'>, { slack, leastMs }: Patience): number {
  const longest = deal.timeref * 1_000
  if (deal.expectedMs === undefined) return longest
  return Math.min(longest, Math.max(leastMs, deal.expectedMs * slack))
}

const BEGUN: readonly PlaceState[] = ['running', 'computed', 'contributing', 'contributed', 'revealing', 'revealed']

/** Whether taking the place back would waste honest work. */
export function hasBegun({ state }: Pick<PlaceSnapshot, 'state'>): boolean {
  return BEGUN.includes(state)
}

// The workers of a pool, as everybody may see them.
import type { Address } from 'viem'
import type { Leading } from '../pool/leading.ts'

/** A worker for lists. Nothing of its machine but what it computes for strangers anyway. */
export type ShownWorker = {
  readonly worker: Address
  readonly name: string
  readonly isConnected: boolean
  readonly engines: readonly string[]
  readonly places: number
  readonly free: number
  readonly score: string | null
  readonly succeeded: number
  readonly failed: number
  readonly seenAt: string
}

/** Those who are connected, the others after them; not more than a page holds. */
export function showWorkers(leading: Leading | undefined, now: number, most: number = 1_000): readonly ShownWorker[] {
  if (leading === undefined) return []
  return [...leading.book.workers.values()]
    .toSorted((one, other) => Number(other.isConnected) - Number(one.isConnected) || other.seenAt - one.seenAt)
    .slice(0, most)
    .map((worker) => ({
      worker: worker.address,
      name: worker.profile.name,
      isConnected: worker.isConnected,
      engines: worker.profile.engines,
      places: worker.profile.places,
      free: leading.hands.freeOf(worker, now),
      score: worker.score === undefined ? null : String(worker.score),
      succeeded: worker.succeeded,
      failed: worker.failed,
      seenAt: new Date(worker.seenAt).toISOString(),
    }))
}

// Brings a result to any of several storages, for as long as it takes.
import { pause } from '@iexec/service'
import type { LimitFunction } from 'p-limit'
import { deliverTo, type Courier, type Delivery, type DeliveryOutcome } from './upload.ts'

/** Where results may go, and who hears of trouble. */
export type BringOptions = Courier & {
  /** Asked before each round: the pool may have changed its list. */
  readonly storages: () => readonly string[]
  /** Whether nobody needs the result any more. */
  readonly isOver: () => boolean
  readonly onTrouble: (why: string) => void
  /** All results of a worker share one: a storage is not asked for more at a time than it can take. */
  readonly turns: LimitFunction
  readonly signal: AbortSignal
}

/** So many results of a worker are on their way to storages at a time. */
export const MOST_DELIVERIES = 4

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000
const GIVEN_UP: DeliveryOutcome = { ok: false, why: 'The worker ends.' }

/**
 * Tries one storage after the other, round by round, until one has the result, nobody needs it any more, or the signal aborts.
 *
 * @returns its content identifier; `undefined` when none has it
 * @example
 * await bringResult(delivery, { ...courier, storages: () => ['https://storage.example'], onTrouble, signal }) // 'Qm…'
 */
export async function bringResult(delivery: Delivery, options: BringOptions): Promise<string | undefined> {
  const { storages, onTrouble, isOver, turns, signal } = options
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted && !isOver(); pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    let soonest: number | undefined
    for (const storage of storages()) {
      const outcome = await turns(async () => (signal.aborted ? GIVEN_UP : deliverTo(storage, delivery, options)))
      if (outcome.ok) return outcome.cid
      if (signal.aborted) return undefined
      onTrouble(outcome.why)
      soonest = Math.min(outcome.againMs ?? Number.POSITIVE_INFINITY, soonest ?? Number.POSITIVE_INFINITY)
    }
    if (storages().length === 0) onTrouble('Nobody named a storage: give one with --storage.')
    // Who is only busy says when to come again.
    await pause(Math.min(pauseMs, soonest ?? pauseMs), signal)
  }
  return undefined
}

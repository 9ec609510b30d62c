// Brings a result to any of several storages, for as long as it takes.
import { pause } from '@iexec/service'
import type { Turns } from './turns.ts'
import { deliverTo, type Courier, type Delivery, type DeliveryOutcome } from './upload.ts'

/** Where results may go, and who hears of trouble. */
export type BringOptions = Courier & {
  /** Asked before each round: the pool may have changed its list. */
  readonly storages: () => readonly string[]
  /** Whether nobody needs the result any more. */
  readonly isOver: () => boolean
  readonly onTrouble: (why: string) => void
  /** Shared by all results of a worker. */
  readonly turns: Turns
  readonly signal: AbortSignal
}

/** So many results of a worker are on their way to one storage at a time. */
export const MOST_DELIVERIES = 4

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000

/**
 * Tries one storage after the other, round by round, until one has the result, nobody needs it any more, or the signal aborts.
 *
 * @returns its content identifier; `undefined` when none has it
 * @example
 * await bringResult(delivery, { ...courier, storages: () => ['https://storage.example'], turns, onTrouble, signal }) // 'Qm…'
 */
export async function bringResult(delivery: Delivery, options: BringOptions): Promise<string | undefined> {
  const { storages, onTrouble, isOver, signal } = options
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted && !isOver(); pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    const untried = new Set(storages())
    if (untried.size === 0) onTrouble('Nobody named a storage: give one with --storage.')
    let againMs = pauseMs
    while (untried.size > 0) {
      const outcome = await tryNext(delivery, untried, options)
      if (outcome === undefined) return undefined
      if (outcome.ok) return outcome.cid
      onTrouble(outcome.why)
      againMs = Math.min(againMs, outcome.againMs ?? againMs)
    }
    // Who is only busy says when to come again: soon, but not at once.
    await pause(Math.max(FIRST_PAUSE_MS, againMs), signal)
  }
  return undefined
}

/** Brings it to whichever storage has room first, and says what came of it; `undefined` when nobody needs it any more. */
async function tryNext(
  delivery: Delivery,
  untried: Set<string>,
  options: BringOptions,
): Promise<DeliveryOutcome | undefined> {
  const { turns, isOver, signal } = options
  const storage = await turns.take(untried)
  try {
    untried.delete(storage)
    if (signal.aborted || isOver()) return undefined
    const outcome = await deliverTo(storage, delivery, options)
    return outcome.ok || !signal.aborted ? outcome : undefined
  } finally {
    turns.giveBack(storage)
  }
}

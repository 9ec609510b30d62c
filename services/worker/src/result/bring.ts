// Brings a result to any of several storages, for as long as it takes.
import { pause } from '@iexec/service'
import { deliverTo, type Courier, type Delivery } from './upload.ts'

/** Where results may go, and who hears of trouble. */
export type BringOptions = Courier & {
  /** Asked before each round: the pool may have changed its list. */
  readonly storages: () => readonly string[]
  /** Whether nobody needs the result any more. */
  readonly isOver: () => boolean
  readonly onTrouble: (why: string) => void
  readonly signal: AbortSignal
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 30_000

/**
 * Tries one storage after the other, round by round, until one has the result, nobody needs it any more, or the signal aborts.
 *
 * @returns its content identifier; `undefined` when none has it
 * @example
 * await bringResult(delivery, { ...courier, storages: () => ['https://storage.example'], onTrouble, signal }) // 'Qm…'
 */
export async function bringResult(delivery: Delivery, options: BringOptions): Promise<string | undefined> {
  const { storages, onTrouble, isOver, signal } = options
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted && !isOver(); pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    for (const storage of storages()) {
      const outcome = await deliverTo(storage, delivery, options)
      if (outcome.ok) return outcome.cid
      if (signal.aborted) return undefined
      onTrouble(outcome.why)
    }
    if (storages().length === 0) onTrouble('Nobody named a storage: give one with --storage.')
    await pause(pauseMs, signal)
  }
  return undefined
}

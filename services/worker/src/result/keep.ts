// Results after the end: kept for a while, offered again to storages that lost them, and then forgotten.
import { pause } from '@iexec/service'
import type { Logger } from 'pino'
import { archiveOf, removeTask } from '../run/compute.ts'
import type { Store } from '../store/store.ts'
import { deliverTo, hasFile, type Courier } from './upload.ts'

/** Which results, for how long, and where they should be. */
export type KeepOptions = {
  readonly store: Store
  /** The folder of tasks. */
  readonly folder: string
  readonly courier: Courier
  readonly storages: () => readonly string[]
  readonly retentionSeconds: number
  readonly log: Logger
  readonly signal: AbortSignal
}

/** How often storages are asked, in milliseconds. */
const EVERY_MS = 600_000
/** So many results are looked after at a time, the newest. */
const MOST_RESULTS = 500
const PATIENCE_MS = 10_000

/**
 * Looks after results until the signal aborts.
 *
 * @example
 * await keepResults({ store, folder, courier, storages, retentionSeconds: 604_800, log, signal })
 */
export async function keepResults(options: KeepOptions): Promise<void> {
  while (!options.signal.aborted) {
    await forgetOld(options)
    await pause(EVERY_MS, options.signal)
    await offerAgain(options)
  }
}

/** Removes what is older than it has to be. */
export async function forgetOld({ store, folder, courier, retentionSeconds }: KeepOptions): Promise<void> {
  const gone = await store.forgetBefore(courier.now() - retentionSeconds * 1_000)
  for (const taskId of gone) await removeTask(folder, taskId)
}

/**
 * Brings results again to storages that do not have them any more.
 *
 * @returns how many were brought
 */
export async function offerAgain(options: KeepOptions): Promise<number> {
  const { store, folder, courier, storages, log, signal } = options
  let brought = 0
  for (const { known } of await store.listLatest(MOST_RESULTS)) {
    const { place, vote, cid, at } = known
    if (at !== 'done' || vote === undefined || cid === undefined) continue
    for (const storage of storages()) {
      const timeout = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
      // A storage that does not answer has perhaps not lost it.
      if ((await hasFile(storage, cid, timeout)) !== false || signal.aborted) continue
      const file = archiveOf(folder, place.taskId, vote)
      const outcome = await deliverTo(storage, { place, digest: vote.digest, file }, { ...courier, signal })
      if (outcome.ok) brought += 1
      else log.debug({ task: place.taskId }, `A storage lost the result and does not take it again. ${outcome.why}`)
    }
  }
  return brought
}

// Brings the dataset and the inputs of a task to its folder.
import { join } from 'node:path'
import type { RunPlan } from '../contract/describeRun.ts'
import { TaskFault, type FaultKind, type FetchProgress, type InputFile } from '../job.ts'
import { mapBounded } from '../mapBounded.ts'
import { timerMs } from '../timer.ts'
import { budgetOf, type Downloaded } from './download.ts'
import { FetchFault } from './fetchFault.ts'
import { fetchFile, type FetchOptions } from './fetchFile.ts'

/** How inputs are fetched: all limits come from the plan. */
export type InputOptions = Pick<FetchOptions, 'gateways' | 'allowsPrivate' | 'patience' | 'signal' | 'local'> & {
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
}

/** An input that is at hand. */
export type FetchedInput = InputFile & Downloaded & { readonly path: string }

const AT_ONCE = 4

/**
 * Fetches the dataset and the inputs of a task, several at a time, into one folder under their names. The time limit is that of all
 * of them together.
 *
 * A dataset that cannot be had is told before inputs that cannot, whichever came first: all workers have to say the same.
 *
 * @throws TaskFault when something cannot be had, or is another file than registered; MachineFault; what `signal` was aborted with
 * @example
 * const inputs = await fetchInputs(plan, folders.input, { gateways, allowsPrivate: false, signal })
 */
export async function fetchInputs(
  plan: RunPlan,
  folder: string,
  options: InputOptions,
): Promise<readonly FetchedInput[]> {
  const { seconds } = plan.fetch
  const late = AbortSignal.timeout(timerMs(seconds))
  const signal = AbortSignal.any([options.signal, late])
  const tooLate = new FetchFault('too-slow', `The files of the task did not all come within ${seconds} s.`)
  const fetchSet = async (files: readonly InputFile[], kindOf: (fault: FetchFault) => FaultKind) => {
    const limits = { budget: budgetOf(plan.fetch.bytes), seconds, signal }
    const onProgress = sumUp(files, options.onProgress)
    return mapBounded(files, AT_ONCE, async (file) => {
      const path = join(folder, file.name)
      try {
        const got = await fetchFile(file, path, { ...options, ...limits, onProgress: onProgress(file) })
        return { ...file, ...got, path }
      } catch (thrown) {
        const error = thrown === late.reason ? tooLate : thrown
        throw error instanceof FetchFault ? new TaskFault(kindOf(error), error.message, { cause: error }) : error
      }
    })
  }
  const outcomes = await Promise.allSettled([
    fetchSet(uniqueOf(plan.datasets), datasetFault),
    fetchSet(uniqueOf(plan.inputs), () => 'INPUT_FILES_DOWNLOAD_FAILED'),
  ])
  options.signal.throwIfAborted()
  return firstFaultOf(outcomes).flat()
}

function datasetFault({ reason }: FetchFault): FaultKind {
  return reason === 'wrong-checksum' ? 'DATASET_FILE_BAD_CHECKSUM' : 'DATASET_FILE_DOWNLOAD_FAILED'
}

/** What was done, when all was. A fault of this machine comes before those of the task, which might not be true elsewhere. */
function firstFaultOf<Done>(outcomes: readonly PromiseSettledResult<Done>[]): readonly Done[] {
  const faults = outcomes.flatMap((outcome): readonly unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  )
  if (faults.length > 0) throw faults.find((fault) => !(fault instanceof TaskFault)) ?? faults[0]
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}

/** The same URL twice is one file. */
function uniqueOf(files: readonly InputFile[]): readonly InputFile[] {
  return [...new Map(files.map((file) => [file.name, file])).values()]
}

type Listener = (progress: FetchProgress) => void

/** Adds up how far many files are; the total is known when that of each of them is. */
function sumUp(files: readonly InputFile[], tell: Listener | undefined): (file: InputFile) => Listener | undefined {
  const all = new Map<InputFile, FetchProgress>()
  return (file) =>
    tell &&
    ((now) => {
      all.set(file, now)
      const parts = [...all.values()]
      const doneBytes = parts.reduce((sum, part) => sum + part.doneBytes, 0)
      const totalBytes = parts.reduce((sum, part) => sum + (part.totalBytes ?? Number.NaN), 0)
      tell(all.size === files.length && Number.isFinite(totalBytes) ? { doneBytes, totalBytes } : { doneBytes })
    })
}

// What goes wrong with a task, as its pool tells it while it runs: who refuses it and why, and whose app failed.
import { setTimeout } from 'node:timers/promises'
import type { DealId, TaskId } from '@iexec/protocol'
import { IexecError, type Iexec, type OffchainTask } from '@iexec/sdk'
import { nameOf, type Person } from './market.ts'
import type { Step } from './steps.ts'

/** A step without its time. */
export type TroubleStep = Omit<Extract<Step, { readonly step: 'troubled' }>, 'ms'>

/** Which task, who is known by name, and who listens. */
export type Heard = {
  readonly task: TaskId
  readonly deal: DealId
  readonly workers: readonly Person[]
  readonly tell: (trouble: TroubleStep) => void
  /** Ends the listening. */
  readonly signal: AbortSignal
}

/** A pool may hear of a deal later than the buyer, and may be away for a while. */
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/**
 * Tells each trouble once, until the task ends. A pool that says nothing is none: the chain tells what becomes of the task.
 *
 * @example
 * await tellTroubles(iexec, { task, deal, workers, tell: console.log, signal })
 */
export async function tellTroubles({ tasks }: Iexec, { task, deal, workers, tell, signal }: Heard): Promise<void> {
  const told = new Set<string>()
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      for await (const news of await tasks.stream(task, { dealid: deal, signal })) {
        for (const trouble of news.type === 'task' ? troublesOf(news.task, workers) : []) {
          const { who, says } = trouble
          if (!told.has(`${who} ${says}`)) tell(trouble)
          told.add(`${who} ${says}`)
        }
      }
      return
    } catch (error) {
      if (!(error instanceof IexecError)) throw error
    }
    await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined)
  }
}

/**
 * What a pool and its workers say of their not doing a task. Who is told to stop, because others do it, has no trouble.
 *
 * @example
 * troublesOf(offchain, workers) // [{ step: 'troubled', who: 'worker-2', says: 'The app exited with 3.' }]
 */
export function troublesOf(
  { refusal, replicates }: Pick<OffchainTask, 'refusal' | 'replicates'>,
  workers: readonly Person[],
): readonly TroubleStep[] {
  const ofPool = refusal === undefined ? [] : [{ step: 'troubled' as const, who: 'the pool', says: refusal }]
  const ofWorkers = replicates.flatMap(({ worker, status, message }) =>
    message === undefined || status === 'ABORTED'
      ? []
      : [{ step: 'troubled' as const, who: nameOf(worker, workers), says: message }],
  )
  return [...ofPool, ...ofWorkers]
}

// A task, from what the hub's view tells.
import type { Address } from 'viem'
import { asDealId, asInstant } from '../ids.ts'
import type { TaskId } from '../ids.ts'
import { nameOfCode } from '../statusCode.ts'
import { unreachable } from '../unreachable.ts'
import type { HubView } from '../view.ts'
import { TASK_STATUS_CODES } from './task.ts'
import type { ActiveTask, CompletedTask, Consensus, FailedTask, RevealingTask, UnsetTask } from './task.ts'

// What the record of a task does not hold: the deal has its own, each contribution too, and weights are told by nobody.
type Untold = 'terms' | 'contributions' | 'votes'
type Recorded<One extends ActiveTask | RevealingTask | CompletedTask | FailedTask> = Omit<One, Untold> & {
  /** Time reference of the deal's category, in seconds. */
  readonly timeref: bigint
  /** In the order of their votes, those included whose result was rejected. */
  readonly contributors: readonly Address[]
}

/** A task in one of its five states, as `viewTask` tells it: who voted, but not what, and without the terms of the deal. */
export type TaskRecord =
  | UnsetTask
  | Recorded<ActiveTask>
  | Recorded<RevealingTask>
  | Recorded<CompletedTask>
  | Recorded<FailedTask>

/**
 * A task from the answer of `viewTask`.
 *
 * @throws InputError `UnknownStatus` when the answer has a status that no hub knows
 * @example
 * decodeTask(id, await readContract(client, { address: hub, abi: hubAbi, functionName: 'viewTask', args: [id] }))
 */
export function decodeTask(id: TaskId, view: HubView<'viewTask'>): TaskRecord {
  const status = nameOfCode(TASK_STATUS_CODES, view.status)
  const opened = {
    id,
    deal: asDealId(view.dealid),
    index: view.idx,
    timeref: view.timeref,
    contributionDeadline: asInstant(view.contributionDeadline),
    finalDeadline: asInstant(view.finalDeadline),
    contributors: view.contributors,
  }
  switch (status) {
    case 'unset':
      return { id, status }
    case 'active':
      return { ...opened, status }
    case 'revealing':
      return { ...opened, status, consensus: consensusOf(view) }
    case 'completed': {
      const { results, resultsCallback } = view
      return { ...opened, status, consensus: consensusOf(view), results, resultsCallback }
    }
    case 'failed':
      return { ...opened, status, consensus: view.winnerCounter === 0n ? undefined : consensusOf(view) }
    default:
      return unreachable(status)
  }
}

function consensusOf(view: HubView<'viewTask'>): Consensus {
  return {
    value: view.consensusValue,
    revealDeadline: asInstant(view.revealDeadline),
    winners: Number(view.winnerCounter),
    reveals: Number(view.revealCounter),
    resultDigest: view.revealCounter === 0n ? undefined : view.resultDigest,
  }
}

// The way from deals to their results: what happens, why it waits, what the app wrote, and what came out.
import type { DealId, FailureCause, TaskId } from '@iexec/protocol'
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { readProgress, type DealProgress, type KnownTasks } from '../deal/dealProgress.ts'
import { showDeal, type ShownDeal } from '../deal/showDeal.ts'
import { dealStateOf } from '../deal/watchDeal.ts'
import { IexecError } from '../error/iexecError.ts'
import { downloadResult, type ResultOptions } from '../result/downloadResult.ts'
import type { FoundDigest } from '../result/resultDigest.ts'
import { verifyResult } from '../result/verifyResult.ts'
import { fetchLogs, type WorkerLogs } from '../task/fetchLogs.ts'
import { readTask } from '../task/readTask.ts'
import { shownTask, type ShownTask } from '../task/showTask.ts'
import type { NextMoment } from '../task/taskState.ts'
import { newBlocks } from '../task/watchTask.ts'
import type { BoughtDeal } from './buySet.ts'

/** Where a run stands. The indices of its tasks count on over its deals. */
export type RunState = DealProgress & {
  /** `completed`: every task has a result. `ended`: all are over, and some have none. */
  readonly status: 'running' | 'completed' | 'ended'
  /** One sentence: what is waited for, or how it ended. */
  readonly reason: string
  readonly nextDeadline: NextMoment | undefined
  /** The task, when there is only one: with its votes. */
  readonly task: ShownTask | undefined
}

/** What came out of a task. */
export type RunResult = {
  readonly taskId: TaskId
  /** The place of the task among those of the run: for a bag, of its input. */
  readonly index: bigint
  /** An archive with the files of the result. */
  readonly zip: Blob
  /** Why there is no result although the workers agreed; the archive then holds what the app wrote to its streams. */
  readonly failure: FailureCause | undefined
  /** By what the archive was compared with what the workers agreed on; `undefined` for an encrypted one: nothing is known of it yet. */
  readonly verified: FoundDigest | undefined
}

/** How a run is followed. */
export type FollowOptions = { readonly signal?: AbortSignal | undefined }

/** A run that was bought. */
export type Run = {
  /** The first of its deals; a run of one task has no other. */
  readonly dealId: DealId
  readonly dealIds: readonly DealId[]
  readonly taskIds: readonly TaskId[]
  /** The transaction that made the first deal; absent in a run that was resumed. */
  readonly txHash: Hex | undefined
  /** The present state, then each change, until all tasks have ended. @throws IexecError `Aborted`, `ChainUnreachable` */
  readonly progress: (options?: FollowOptions) => AsyncGenerator<RunState, void>
  /** What the app wrote, as the workerpool kept it: of the first task unless another one is named. @throws as `fetchLogs` does */
  readonly logs: (taskId?: TaskId) => Promise<readonly WorkerLogs[]>
  /**
   * Waits for the end of a task (the first unless another one is named), downloads its result and verifies it.
   *
   * @throws IexecError `TaskFailed`, `ResultMissing`, `ResultMismatch`, `NotConfigured`, `Aborted`
   */
  readonly result: (taskId?: TaskId, options?: ResultOptions) => Promise<RunResult>
  /** The results of all tasks, each as soon as it is there; a task without one gives an error in its place. */
  readonly results: (options?: ResultOptions) => AsyncGenerator<RunResult | FailedRun, void>
}

/** A task that gave no result. */
export type FailedRun = { readonly taskId: TaskId; readonly index: bigint; readonly error: IexecError }

/**
 * Comes back to a run by its deals, in their order: all that is needed is on chain.
 *
 * @throws IexecError `InvalidInput`, `NotFound`
 * @example
 * const run = await resumeRun(context, dealId)
 * const { zip } = await run.result()
 */
export async function resumeRun(context: Context, dealIds: Hex | readonly Hex[]): Promise<Run> {
  const ids = typeof dealIds === 'string' ? [dealIds] : dealIds
  const deals = await Promise.all(ids.map(async (id) => showDeal(context, id)))
  return runOf(context, deals, undefined)
}

/** A run of deals that were just made. */
export async function openRun(context: Context, made: readonly BoughtDeal[]): Promise<Run> {
  const deals = await Promise.all(made.map(async ({ dealId }) => showDeal(context, dealId)))
  return runOf(context, deals, made[0]?.txHash)
}

function runOf(context: Context, deals: readonly ShownDeal[], txHash: Hex | undefined): Run {
  const [first] = deals
  if (first === undefined) throw new IexecError('InvalidInput', 'A run without a deal is none.')
  const taskIds = deals.flatMap((deal) => [...deal.tasks])
  const [firstTask] = taskIds
  if (firstTask === undefined) throw new IexecError('BadAnswer', `The deal ${first.id} has no task.`)
  return {
    dealId: first.id,
    dealIds: deals.map(({ id }) => id),
    taskIds,
    txHash,
    progress: (options) => follow(context, deals, options),
    logs: async (taskId = firstTask) => fetchLogs(context, taskId),
    result: async (taskId = firstTask, options = {}) => {
      for await (const outcome of outcomes(context, deals, { ...options, only: taskId })) {
        if ('error' in outcome) throw outcome.error
        return outcome
      }
      throw new IexecError('NotFound', `The task ${taskId} is not of this run.`, { details: { taskId } })
    },
    results: (options = {}) => outcomes(context, deals, options),
  }
}

/** States of all deals together, each time that a block changed one. */
async function* follow(
  context: Context,
  deals: readonly ShownDeal[],
  { signal }: FollowOptions = {},
): AsyncGenerator<RunState, void> {
  const known: KnownTasks[] = deals.map(() => new Map())
  let sight = ''
  for await (const _ of newBlocks(context, signal)) {
    const states: Whole[] = []
    let first = 0n
    for (const [place, deal] of deals.entries()) {
      const read = await readProgress(context, deal, known[place])
      known[place] = read.known
      const state = dealStateOf(deal, read.progress, read.now)
      states.push({ ...state, tasks: countedFrom(first, deal, state.tasks) })
      first += deal.botSize
    }
    const state = await withTask(context, deals, together(states))
    const now = JSON.stringify([
      state.tasks.map(({ statusName }) => statusName),
      state.reason,
      state.nextDeadline?.what,
    ])
    if (now !== sight) yield state
    sight = now
    if (state.status !== 'running') return
  }
}

type Whole = Omit<RunState, 'task'>

/** The tasks of a deal by their place among those of the run: each deal has indices of its own. */
function countedFrom(first: bigint, { botFirst }: ShownDeal, tasks: Whole['tasks']): Whole['tasks'] {
  return tasks.map((task) => ({ ...task, index: task.index - botFirst + first }))
}

function together(states: readonly Whole[]): Whole {
  const sum = (count: (state: Whole) => number): number => states.reduce((all, state) => all + count(state), 0)
  const leader = states.find(({ status }) => status === 'running') ?? states.at(-1)
  const [total, completed, waiting] = [sum((one) => one.total), sum((one) => one.completed), sum((one) => one.waiting)]
  const ended = completed === total ? 'completed' : 'ended'
  return {
    total,
    completed,
    waiting,
    failed: sum((one) => one.failed),
    claimable: sum((one) => one.claimable),
    tasks: states.flatMap(({ tasks }) => tasks),
    status: waiting > 0 ? 'running' : ended,
    reason:
      states.length === 1
        ? (leader?.reason ?? '')
        : `${completed} of ${total} tasks in ${states.length} deals are completed.`,
    nextDeadline: leader?.nextDeadline,
  }
}

async function withTask(context: Context, deals: readonly ShownDeal[], state: Whole): Promise<RunState> {
  const [deal] = deals
  const [outline] = state.tasks
  if (state.total !== 1 || deal === undefined || outline === undefined) return { ...state, task: undefined }
  const task = await shownTask(context, { record: await readTask(context, outline.id), deal, index: deal.botFirst })
  return { ...state, task, reason: task.reason, nextDeadline: task.nextDeadline }
}

/** What came out of each task, as soon as it has ended. */
async function* outcomes(
  context: Context,
  deals: readonly ShownDeal[],
  { only, ...options }: ResultOptions & { readonly only?: TaskId },
): AsyncGenerator<RunResult | FailedRun, void> {
  const told = new Set<TaskId>()
  for await (const { tasks } of follow(context, deals, options)) {
    for (const { id, index, end, failure } of tasks) {
      if (end === undefined || told.has(id) || (only !== undefined && id !== only)) continue
      told.add(id)
      yield end === 'completed'
        ? await fetchOutcome(context, { taskId: id, index, failure }, options)
        : unfinished(id, index, end)
    }
  }
}

type Place = Pick<RunResult, 'taskId' | 'index' | 'failure'>

async function fetchOutcome(context: Context, place: Place, options: ResultOptions): Promise<RunResult | FailedRun> {
  try {
    const zip = await downloadResult(context, place.taskId, options)
    return { ...place, zip, verified: await verify(context, place.taskId, zip) }
  } catch (error) {
    if (error instanceof IexecError && error.code !== 'Aborted') {
      return { taskId: place.taskId, index: place.index, error }
    }
    throw error
  }
}

async function verify(context: Context, taskId: TaskId, zip: Blob): Promise<FoundDigest | undefined> {
  try {
    return await verifyResult(context, taskId, zip)
  } catch (error) {
    if (error instanceof IexecError && error.code === 'ResultEncrypted') return undefined
    throw error
  }
}

function unfinished(taskId: TaskId, index: bigint, end: 'failed' | 'timeout'): FailedRun {
  const money =
    end === 'failed'
      ? 'It was claimed, and its price went back to who paid.'
      : 'Claim it: its price goes back to who paid.'
  const error = new IexecError('TaskFailed', `The task ${taskId} ended without a result. ${money}`, {
    hints: end === 'failed' ? [] : [`iexec task claim ${taskId}`],
    details: { taskId, end },
  })
  return { taskId, index, error }
}

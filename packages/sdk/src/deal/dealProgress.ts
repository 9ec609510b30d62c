// How far the tasks of a deal are.
import { taskId, type FailureCause, type Instant, type TaskId, type TaskRecord } from '@iexec/protocol'
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { readHead } from '../task/readHead.ts'
import { readTasks } from '../task/readTask.ts'
import { taskStateOf, type TaskEnd, type TaskStatusName } from '../task/taskState.ts'
import { showDeal, type ShownDeal } from './showDeal.ts'

/** One task among those of a deal. */
export type TaskOutline = {
  readonly id: TaskId
  readonly index: bigint
  readonly statusName: TaskStatusName
  readonly end: TaskEnd | undefined
  /** What the workers agreed on in the place of a result. */
  readonly failure: FailureCause | undefined
}

/** How far the tasks of a deal are. */
export type DealProgress = {
  readonly total: number
  readonly completed: number
  /** Claimed after the final deadline. */
  readonly failed: number
  /** Over, and not claimed yet: `claimDeal` brings their price back. */
  readonly claimable: number
  /** Not ended. */
  readonly waiting: number
  /** In the order of their indices. */
  readonly tasks: readonly TaskOutline[]
}

/** More tasks are not read whole. Anyone can make a deal of any size. */
const MOST_TASKS = 100_000n

/**
 * How far the tasks of a deal are, read in batches.
 *
 * @throws IexecError `InvalidInput`, `NotFound`; `Refused` for a deal of more than 100,000 tasks
 * @example
 * (await countTasks(context, dealid)).completed // 7
 */
export async function countTasks(context: Context, dealid: Hex): Promise<DealProgress> {
  const deal = await showDeal(context, dealid)
  return (await readProgress(context, deal)).progress
}

/** Records by the id of their task. */
export type KnownTasks = ReadonlyMap<TaskId, TaskRecord>

/** What was read of a deal's tasks at one moment. */
export type ReadProgress = { readonly progress: DealProgress; readonly known: KnownTasks; readonly now: Instant }

/**
 * Reads all tasks of a deal but those that are known to have ended.
 *
 * @param known what was read before
 */
export async function readProgress(
  context: Context,
  deal: ShownDeal,
  known: KnownTasks = new Map(),
): Promise<ReadProgress> {
  requireReadable(deal)
  const ids = [...deal.tasks]
  const open = ids.filter((id) => !isOver(known.get(id)))
  const { now } = await readHead(context)
  const read = await readTasks(context, open)
  const records = new Map([...known, ...read.map((record) => [record.id, record] as const)])
  return { progress: progressOf(deal, records, now), known: records, now }
}

/** The counts of a deal's tasks, from what is known of each. */
function progressOf(deal: ShownDeal, records: KnownTasks, now: Instant): DealProgress {
  const tasks = Array.from({ length: Number(deal.botSize) }, (_, place): TaskOutline => {
    const index = deal.botFirst + BigInt(place)
    const id = taskId(deal.id, index)
    const { statusName, end, failure } = taskStateOf({ task: records.get(id) ?? { id, status: 'unset' }, deal, now })
    return { id, index, statusName, end, failure }
  })
  const count = (wanted: TaskEnd | undefined): number => tasks.filter(({ end }) => end === wanted).length
  return {
    total: tasks.length,
    completed: count('completed'),
    failed: count('failed'),
    claimable: count('timeout'),
    waiting: count(undefined),
    tasks,
  }
}

function isOver(record: TaskRecord | undefined): boolean {
  return record?.status === 'completed' || record?.status === 'failed'
}

function requireReadable({ id, botSize }: ShownDeal): void {
  if (botSize <= MOST_TASKS) return
  throw new IexecError(
    'Refused',
    `The deal ${id} has ${botSize} tasks; more than ${MOST_TASKS} are not read at once.`,
    {
      hints: ['Look at its tasks one by one.'],
      details: { dealid: id, botSize },
    },
  )
}

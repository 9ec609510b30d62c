// What a task is, how far it is, and who voted for what.
import {
  asDealId,
  asTaskId,
  decodeResultLink,
  taskId,
  type Contribution,
  type DealId,
  type ResultLink,
  type TaskId,
  type TaskRecord,
  type UnreadableLink,
} from '@iexec/protocol'
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { showDeal, type ShownDeal } from '../deal/showDeal.ts'
import { IexecError, asIexecError } from '../error/iexecError.ts'
import { readHead } from './readHead.ts'
import { readContributions, readTask } from './readTask.ts'
import { taskStateOf, type TaskState } from './taskState.ts'

/** A task, and what it is a part of. */
export type ShownTask = TaskState & {
  readonly id: TaskId
  readonly deal: ShownDeal
  /** Its place, from the deal's `botFirst` on. */
  readonly index: bigint
  /** All that the hub keeps of it. */
  readonly record: TaskRecord
  /** The votes, in their order, with the weight that earns a share. */
  readonly contributions: readonly Contribution[]
  /** Where its result is; `none` before it is completed, and when it went to a contract alone. */
  readonly results: ResultLink | UnreadableLink
}

/** Where to look for a task that nobody initialized: its id alone does not tell its deal. */
export type TaskPlace = { readonly dealid?: Hex | undefined }

/** So many tasks of a deal are compared with an id. */
const MOST_TASKS = 100_000n

/**
 * A task.
 *
 * @param place the deal that it is of; needed only as long as the workerpool has not begun it
 * @throws IexecError `InvalidInput`; `NotFound` when nobody initialized it and no deal is given, or it is not of that deal
 * @example
 * (await showTask(context, '0x…')).reason // 'No worker has contributed yet.'
 */
export async function showTask(context: Context, taskid: Hex, place: TaskPlace = {}): Promise<ShownTask> {
  const id = requireTaskId(taskid)
  const record = await readTask(context, id)
  const deal = await dealOf(context, record, place)
  return shownTask(context, { record, deal, index: indexOf(record, deal) })
}

/** A task whose deal and place are known. */
export type TaskOfDeal = { readonly record: TaskRecord; readonly deal: ShownDeal; readonly index: bigint }

/** Puts together what is known of a task at this block. */
export async function shownTask(context: Context, { record, deal, index }: TaskOfDeal): Promise<ShownTask> {
  const [{ now }, contributions] = await Promise.all([readHead(context), readContributions(context, record)])
  return {
    id: record.id,
    deal,
    index,
    record,
    contributions,
    results: record.status === 'completed' ? decodeResultLink(record.results) : { storage: 'none' },
    ...taskStateOf({ task: record, deal, now, contributions }),
  }
}

/** @throws IexecError `InvalidInput` when it is no id of a task */
function requireTaskId(given: string): TaskId {
  try {
    return asTaskId(given)
  } catch (error) {
    throw asIexecError(error)
  }
}

async function dealOf(context: Context, record: TaskRecord, { dealid }: TaskPlace): Promise<ShownDeal> {
  if (record.status !== 'unset') return showDeal(context, record.deal)
  if (dealid !== undefined) return showDeal(context, dealid)
  throw new IexecError(
    'NotFound',
    `There is no task ${record.id} on ${context.chain.name}, or nobody has begun it yet.`,
    {
      hints: ['Look whether it is of this chain; name its deal, if it has not begun yet.'],
      details: { taskid: record.id, chain: context.chain.name },
    },
  )
}

function indexOf(record: TaskRecord, deal: ShownDeal): bigint {
  if (record.status !== 'unset') return record.index
  const end = deal.botSize < MOST_TASKS ? deal.botSize : MOST_TASKS
  for (let index = deal.botFirst; index < deal.botFirst + end; index += 1n) {
    if (taskId(deal.id, index) === record.id) return index
  }
  throw new IexecError('NotFound', `The task ${record.id} is not of the deal ${deal.id}.`, {
    details: { taskid: record.id, dealid: deal.id },
  })
}

/**
 * The id of a task, known before anybody begins it.
 *
 * @param index from the deal's `botFirst` on
 * @throws IexecError `InvalidInput`
 * @example
 * computeTaskId(dealid, 0n) // '0x…'
 */
export function computeTaskId(dealid: Hex | DealId, index: bigint): TaskId {
  try {
    return taskId(asDealId(dealid), index)
  } catch (error) {
    throw asIexecError(error)
  }
}

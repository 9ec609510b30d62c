// What a deal is, and by when it is over.
import {
  asDealId,
  contributionDeadline,
  dealTasks,
  decodeDeal,
  finalDeadline,
  type DealId,
  type DealRecord,
  type Instant,
  type TaskId,
} from '@iexec/protocol'
import * as hubItems from '@iexec/protocol/abi/hub'
import type { Hex } from 'viem'
import { readContract } from '../call/readContract.ts'
import { showCategory } from '../category/showCategory.ts'
import type { Context } from '../context.ts'
import { IexecError, asIexecError } from '../error/iexecError.ts'

/** A deal. */
export type ShownDeal = DealRecord & {
  readonly id: DealId
  /** Longest run time of its category, in seconds; all deadlines are multiples of it. */
  readonly timeref: bigint
  /** From then on nobody can contribute to its tasks. */
  readonly contributionDeadline: Instant
  /** From then on its unfinished tasks can be claimed. */
  readonly finalDeadline: Instant
  /** The ids of its tasks in their order, each made when it is asked for: a deal may have more than memory. */
  readonly tasks: Iterable<TaskId>
}

/**
 * A deal.
 *
 * @throws IexecError `InvalidInput`, `NotFound`
 * @example
 * const deal = await showDeal(context, '0x…')
 * for (const taskid of deal.tasks) console.log(taskid)
 */
export async function showDeal(context: Context, dealid: Hex): Promise<ShownDeal> {
  const id = requireDealId(dealid)
  const { hub } = context.contracts
  const view = await readContract(context, {
    address: hub,
    abi: hubItems.viewDeal,
    functionName: 'viewDeal',
    args: [id],
  })
  const record = decodeDeal(view)
  if (record === undefined) {
    throw new IexecError('NotFound', `There is no deal ${id} on ${context.chain.name}.`, {
      hints: ['Look whether the id is right, and whether it is of this chain.'],
      details: { dealid: id, chain: context.chain.name },
    })
  }
  const { workClockTimeRef: timeref } = await showCategory(context, record.category)
  const clock = { startTime: record.startTime, timeref }
  return {
    ...record,
    id,
    timeref,
    contributionDeadline: contributionDeadline(clock),
    finalDeadline: finalDeadline(clock),
    tasks: { [Symbol.iterator]: () => dealTasks(id, record)[Symbol.iterator]() },
  }
}

/** @throws IexecError `InvalidInput` when it is no id of a deal */
function requireDealId(given: string): DealId {
  try {
    return asDealId(given)
  } catch (error) {
    throw asIexecError(error)
  }
}

// Ends a task that was not finished in time: its price goes back to who paid.
import * as hubItems from '@iexec/protocol/abi/hub'
import type { Hex } from 'viem'
import { writeContract } from '../call/writeContract.ts'
import type { Context, Executed } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { momentOf } from './moment.ts'
import { readHead } from './readHead.ts'
import { showTask, type ShownTask } from './showTask.ts'

/**
 * Claims a task: whoever paid gets its price back. Anyone may, from the final deadline of its deal on.
 *
 * @throws IexecError `NotFound`; `Refused` when it has ended, or its time is not over: the sentence says when it will be
 * @example
 * await claimTask(context, '0x…') // { txHash: '0x…', blockNumber: 7n }
 */
export async function claimTask(context: Context, taskid: Hex): Promise<Executed> {
  requireSigner(context)
  const task = await showTask(context, taskid)
  if (!task.isTimedOut) throw await notClaimable(context, task)
  const { transactionHash, blockNumber } = await writeContract(context, {
    address: context.contracts.hub,
    abi: hubItems.claim,
    functionName: 'claim',
    args: [task.id],
    label: `claim the task ${task.id}`,
  })
  return { txHash: transactionHash, blockNumber }
}

async function notClaimable(context: Context, { id, status, deal }: ShownTask): Promise<IexecError> {
  const details = { taskid: id, status, finalDeadline: deal.finalDeadline }
  if (status === 'completed' || status === 'failed') {
    const words = status === 'completed' ? 'It is completed' : 'It was claimed before'
    return new IexecError('Refused', `The task ${id} cannot be claimed. ${words}.`, { details })
  }
  const { now } = await readHead(context)
  const sentence = `The task ${id} cannot be claimed before ${momentOf(deal.finalDeadline)}.`
  return new IexecError('Refused', sentence, {
    hints: ['Wait until then: the workerpool may still finish it.'],
    details: { ...details, now },
  })
}

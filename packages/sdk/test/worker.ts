// A worker for tests, who finishes tasks of deals with a trust of 1 in one transaction.
import { NO_ADDRESS, authorizationHash, callbackDigest, taskId, type DealId, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { encodeFunctionData, stringToHex, type Hex } from 'viem'
import type { Iexec } from '../src/createIexec.ts'
import { requireSigner } from '../src/signer/signer.ts'

/** A task, and what comes out of it. */
export type FinishedTask = {
  readonly deal: DealId
  readonly index: bigint
  readonly digest: Hex
  /** The result link. */
  readonly link: string
  readonly callback?: Hex
}

/**
 * Finishes a task that nobody began.
 *
 * @param people the worker, and the owner of the workerpool, who lets him
 */
export async function finishTask(
  { worker, scheduler }: { readonly worker: Iexec; readonly scheduler: Iexec },
  { deal, index, digest, link, callback = '0x' }: FinishedTask,
): Promise<TaskId> {
  const task = taskId(deal, index)
  const { hub } = worker.context.contracts
  const { address, send } = requireSigner(worker.context)
  const authorization = await requireSigner(scheduler.context).signMessage(authorizationHash(address, task, NO_ADDRESS))
  const actual = callback === '0x' ? digest : callbackDigest(callback)
  const args = [task, actual, stringToHex(link), callback, NO_ADDRESS, '0x', authorization] as const
  await send({
    to: hub,
    data: encodeFunctionData({ abi: hubAbi, functionName: 'initialize', args: [deal, index] }),
    label: 'initialize',
  })
  await send({
    to: hub,
    data: encodeFunctionData({ abi: hubAbi, functionName: 'contributeAndFinalize', args }),
    label: 'finish',
  })
  return task
}

// A worker for tests, who finishes tasks of deals with a trust of 1 in one transaction.
import {
  NO_ADDRESS,
  authorizationHash,
  callbackDigest,
  enclaveHash,
  sealVote,
  taskId,
  type DealId,
  type TaskId,
} from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { encodeFunctionData, stringToHex, type Address, type Hex } from 'viem'
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
  /** Whoever signs for the enclave, for a deal that demands one. */
  readonly enclave?: Iexec
}

/**
 * Finishes a task that nobody began.
 *
 * @param people the worker, and the owner of the workerpool, who lets him
 */
export async function finishTask(
  { worker, scheduler }: { readonly worker: Iexec; readonly scheduler: Iexec },
  { deal, index, digest, link, callback = '0x', enclave }: FinishedTask,
): Promise<TaskId> {
  const task = taskId(deal, index)
  const { hub } = worker.context.contracts
  const { address, send } = requireSigner(worker.context)
  const actual = callback === '0x' ? digest : callbackDigest(callback)
  const word = enclaveHash(sealVote(address, task, actual))
  const challenge: Address = enclave === undefined ? NO_ADDRESS : requireSigner(enclave.context).address
  const sign = enclave === undefined ? '0x' : await requireSigner(enclave.context).signMessage(word)
  const authorization = await requireSigner(scheduler.context).signMessage(authorizationHash(address, task, challenge))
  const args = [task, actual, stringToHex(link), callback, challenge, sign, authorization] as const
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

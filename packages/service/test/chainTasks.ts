// Tasks of the test market: begun, voted for, revealed, and ended in each of the four ways.
import {
  FAILURE_CAUSES,
  NO_ADDRESS,
  authorizationHash,
  callbackDigest,
  failureDigest,
  taskId,
  sealVote,
  type DealId,
  type TaskId,
} from '@iexec/protocol'
import { stringToHex, type Hex } from 'viem'
import { send, type Call, type Person, type TestChain } from './chainBase.ts'
import { hubCall } from './chainOrders.ts'

/** Begins a task of a deal, and says its id. */
export async function initialize(chain: TestChain, deal: DealId, index = 0n): Promise<TaskId> {
  await send(chain, initializeCall(chain, deal, index))
  return taskId(deal, index)
}

/** The call that begins a task. */
function initializeCall(chain: TestChain, deal: DealId, index = 0n): Call {
  return hubCall(chain, 'stranger', { functionName: 'initialize', args: [deal, index] })
}

/** A worker's vote that the result is this text. */
export type TestVote = {
  readonly worker: Person
  readonly result?: string
  /** Who owned the workerpool when the deal was made. */
  readonly scheduler?: Person
}

/** Votes for a result; the stake of the worker must be there. */
export async function contribute(chain: TestChain, task: TaskId, one: TestVote): Promise<void> {
  await send(chain, await contributeCall(chain, task, one))
}

/** The call that votes. */
async function contributeCall(
  chain: TestChain,
  task: TaskId,
  { worker, result = 'right', scheduler = 'scheduler' }: TestVote,
): Promise<Call> {
  const { resultHash, resultSeal } = sealVote(chain.address(worker), task, digestOf(result))
  const authorization = await authorizationFor(chain, task, { worker, scheduler })
  const args = [task, resultHash, resultSeal, NO_ADDRESS, '0x', authorization]
  return hubCall(chain, worker, { functionName: 'contribute', args })
}

/** Proves a vote by the digest behind it. */
export async function reveal(chain: TestChain, task: TaskId, one: TestVote): Promise<void> {
  await send(chain, revealCall(chain, task, one))
}

/** The call that proves a vote. */
function revealCall(chain: TestChain, task: TaskId, { worker, result = 'right' }: TestVote): Call {
  return hubCall(chain, worker, { functionName: 'reveal', args: [task, digestOf(result)] })
}

/** What finishes a task. */
export type TestResult = { readonly result?: string; readonly from?: Person; readonly callback?: Hex }

/** Ends a task with this text as the place of its result. */
export async function finalize(chain: TestChain, task: TaskId, end: TestResult = {}): Promise<void> {
  await send(chain, finalizeCall(chain, task, end))
}

/** The call that ends a task. */
function finalizeCall(
  chain: TestChain,
  task: TaskId,
  { result = 'right', from = 'scheduler', callback = '0x' }: TestResult = {},
): Call {
  return hubCall(chain, from, { functionName: 'finalize', args: [task, stringToHex(result), callback] })
}

/** Votes, reveals and ends in one transaction. */
export async function contributeAndFinalize(
  chain: TestChain,
  task: TaskId,
  { worker, result = 'right', scheduler = 'scheduler', callback = '0x' }: TestVote & { readonly callback?: Hex },
): Promise<void> {
  const authorization = await authorizationFor(chain, task, { worker, scheduler })
  const digest = callback === '0x' ? digestOf(result) : callbackDigest(callback)
  const args = [task, digest, stringToHex(result), callback, NO_ADDRESS, '0x', authorization]
  await send(chain, hubCall(chain, worker, { functionName: 'contributeAndFinalize', args }))
}

/** Rejects a consensus that nobody has revealed in time. */
export async function reopen(chain: TestChain, task: TaskId, from: Person = 'scheduler'): Promise<void> {
  await send(chain, hubCall(chain, from, { functionName: 'reopen', args: [task] }))
}

/** Ends a task that was not finalized before its final deadline. */
export async function claim(chain: TestChain, task: TaskId, from: Person = 'stranger'): Promise<void> {
  await send(chain, hubCall(chain, from, { functionName: 'claim', args: [task] }))
}

/** The digest of a result that is this text; of a cause of failure, the one for which workers vote when an app fails. */
function digestOf(result: string): Hex {
  const cause = FAILURE_CAUSES.find((one) => one === result)
  return cause === undefined ? callbackDigest(stringToHex(result)) : failureDigest(cause)
}

async function authorizationFor(
  chain: TestChain,
  task: TaskId,
  { worker, scheduler }: { readonly worker: Person; readonly scheduler: Person },
): Promise<Hex> {
  const raw = authorizationHash(chain.address(worker), task, NO_ADDRESS)
  return chain.client(scheduler).account.signMessage({ message: { raw } })
}

// Ends all tasks of a deal that were not finished in time, in as few transactions as fit into blocks.
import { taskId, type TaskId } from '@iexec/protocol'
import { claimArray, initializeAndClaimArray } from '@iexec/protocol/abi/hub'
import { encodeFunctionData, hexToBigInt, type Hex } from 'viem'
import { writeContract } from '../call/writeContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { momentOf } from '../task/moment.ts'
import { readHead } from '../task/readHead.ts'
import { readTask } from '../task/readTask.ts'
import { readProgress } from './dealProgress.ts'
import { showDeal, type ShownDeal } from './showDeal.ts'

/** `initializeAndClaimArray` ends tasks that nobody began, `claimArray` those that were begun. */
export type ClaimType = 'claimArray' | 'initializeAndClaimArray'

/** What was claimed. */
export type ClaimedDeal = {
  /** Ids of the tasks by their index. */
  readonly claimed: Readonly<Record<string, TaskId>>
  readonly transactions: readonly { readonly txHash: Hex; readonly type: ClaimType }[]
}

/** A block is shared with others: no transaction takes more than this part of its gas. */
const BLOCK_SHARE = 2n
const MOST_AT_ONCE = 250

/**
 * Claims every task of a deal that was not finished in time; whoever paid gets their price back. Anyone may.
 *
 * A deal without such tasks is no error: then nothing is sent.
 *
 * @throws IexecError `NotFound`; `Refused` before the final deadline: the sentence says when it is. When a later transaction
 * fails, `details.claimed` and `details.transactions` say what was claimed before
 * @example
 * await claimDeal(context, '0x…') // { claimed: { '0': '0x…' }, transactions: [{ txHash: '0x…', type: 'claimArray' }] }
 */
export async function claimDeal(context: Context, dealid: Hex): Promise<ClaimedDeal> {
  requireSigner(context)
  const deal = await showDeal(context, dealid)
  const { progress, known, now } = await readProgress(context, deal)
  if (now < deal.finalDeadline && progress.waiting > 0) throw tooEarly(deal, now)
  const over = progress.tasks.filter(({ end }) => end === 'timeout')
  const isBegun = (id: TaskId): boolean => (known.get(id)?.status ?? 'unset') !== 'unset'
  const work: readonly Work[] = [
    { type: 'claimArray', deal, indices: over.filter(({ id }) => isBegun(id)).map(({ index }) => index) },
    { type: 'initializeAndClaimArray', deal, indices: over.filter(({ id }) => !isBegun(id)).map(({ index }) => index) },
  ]
  let done: ClaimedDeal = { claimed: {}, transactions: [] }
  for (const { indices, ...rest } of work) {
    let left = indices
    while (left.length > 0) {
      const step = await claimSome(context, { ...rest, indices: left }, done)
      done = step.done
      left = step.left
    }
  }
  return done
}

type Work = { readonly type: ClaimType; readonly deal: ShownDeal; readonly indices: readonly bigint[] }
type Step = { readonly done: ClaimedDeal; readonly left: readonly bigint[] }

async function claimSome(context: Context, work: Work, done: ClaimedDeal): Promise<Step> {
  const { type, deal, indices } = work
  try {
    const count = await countThatFit(context, work)
    const chunk = indices.slice(0, count)
    const txHash = await claimTogether(context, { ...work, indices: chunk })
    const claimed = Object.fromEntries(chunk.map((index) => [String(index), taskId(deal.id, index)]))
    return {
      done: { claimed: { ...done.claimed, ...claimed }, transactions: [...done.transactions, { txHash, type }] },
      left: indices.slice(count),
    }
  } catch (error) {
    if (!(error instanceof IexecError)) throw error
    // All or nothing: one task that somebody else claimed, or began, in this moment refuses the whole array. Any other fault
    // is told as it is: the hash of what may still be executed stands in it.
    const left = error.code === 'Refused' ? await stillOpen(context, work).catch(() => indices) : indices
    if (left.length < indices.length) return { done, left }
    if (done.transactions.length === 0) throw error
    const { code, message, hints, details, cause } = error
    throw new IexecError(code, message, { hints, details: { ...details, ...done }, cause })
  }
}

async function stillOpen(context: Context, { type, deal, indices }: Work): Promise<readonly bigint[]> {
  const open = await Promise.all(
    indices.slice(0, MOST_AT_ONCE).map(async (index) => {
      const { status } = await readTask(context, taskId(deal.id, index))
      return type === 'claimArray' ? status === 'active' || status === 'revealing' : status === 'unset'
    }),
  )
  return indices.filter((_, place) => open[place] !== false)
}

async function claimTogether(context: Context, { type, deal, indices }: Work): Promise<Hex> {
  const shared = {
    address: context.contracts.hub,
    label: `claim ${indices.length} tasks of ${deal.id}`,
  } as const
  const { transactionHash } =
    type === 'claimArray'
      ? await writeContract(context, { ...shared, abi: claimArray, functionName: type, args: [idsOf(deal, indices)] })
      : await writeContract(context, {
          ...shared,
          abi: initializeAndClaimArray,
          functionName: type,
          args: [indices.map(() => deal.id), indices],
        })
  return transactionHash
}

/** How many of the tasks one transaction may take: halved until it fits. */
async function countThatFit(context: Context, work: Work): Promise<number> {
  const { gasLimit } = await readHead(context)
  let count = Math.min(work.indices.length, MOST_AT_ONCE)
  while (count > 1) {
    const gas = await estimate(context, { ...work, indices: work.indices.slice(0, count) })
    if (gas !== undefined && gas * BLOCK_SHARE <= gasLimit) break
    count = Math.ceil(count / 2)
  }
  return count
}

async function estimate(
  { request, signer, contracts }: Context,
  { type, deal, indices }: Work,
): Promise<bigint | undefined> {
  const data =
    type === 'claimArray'
      ? encodeFunctionData({ abi: claimArray, functionName: type, args: [idsOf(deal, indices)] })
      : encodeFunctionData({
          abi: initializeAndClaimArray,
          functionName: type,
          args: [indices.map(() => deal.id), indices],
        })
  try {
    const params = [{ from: signer?.address, to: contracts.hub, data }]
    return hexToBigInt((await request({ method: 'eth_estimateGas', params })) as Hex)
  } catch {
    // Too much for a block, or refused: fewer may do; a single one is sent anyway, and says why not.
    return undefined
  }
}

function idsOf(deal: ShownDeal, indices: readonly bigint[]): readonly TaskId[] {
  return indices.map((index) => taskId(deal.id, index))
}

function tooEarly({ id, finalDeadline }: ShownDeal, now: bigint): IexecError {
  const sentence = `Tasks of the deal ${id} cannot be claimed before ${momentOf(finalDeadline)}.`
  return new IexecError('Refused', sentence, {
    hints: ['Wait until then: the workerpool may still finish them.'],
    details: { dealid: id, finalDeadline, now },
  })
}

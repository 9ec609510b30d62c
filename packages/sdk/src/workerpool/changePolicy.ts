// Changes by which shares a workerpool divides what it earns; deals that were made keep the shares of their moment.
import * as assetItems from '@iexec/protocol/abi/asset'
import type { Address } from 'viem'
import { requireOwned } from '../asset/requireAsset.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context, Executed } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'

/** The shares of a workerpool, in percent. */
export type Policy = {
  /** What each worker locks, of the price; may be above 100. */
  readonly workerStakeRatio: bigint
  /** The owner's share of the reward; 100 at most. */
  readonly schedulerRewardRatio: bigint
}

/**
 * Changes the policy of a workerpool of the signer.
 *
 * @throws IexecError `NotFound`, `NotOwner`, `InvalidInput`
 * @example
 * await changePolicy(context, pool, { workerStakeRatio: 35n, schedulerRewardRatio: 5n })
 */
export async function changePolicy(context: Context, address: Address, policy: Policy): Promise<Executed> {
  const { workerStakeRatio, schedulerRewardRatio } = policy
  if (workerStakeRatio < 0n || schedulerRewardRatio < 0n || schedulerRewardRatio > 100n) {
    throw new IexecError(
      'InvalidInput',
      `A stake of ${workerStakeRatio} % and a share of ${schedulerRewardRatio} % are no policy: both are 0 or more, and the share 100 at most.`,
      { details: { code: 'InvalidPolicy', ...policy } },
    )
  }
  await requireOwned(context, 'workerpool', address)
  const { transactionHash, blockNumber } = await writeContract(context, {
    address,
    abi: assetItems.changePolicy,
    functionName: 'changePolicy',
    args: [workerStakeRatio, schedulerRewardRatio],
    label: 'change the policy of the workerpool',
  })
  return { txHash: transactionHash, blockNumber }
}

// What a workerpool is, and by which shares it divides what it earns.
import * as assetItems from '@iexec/protocol/abi/asset'
import { getAddress, type Address } from 'viem'
import { ownerOf } from '../asset/requireAsset.ts'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import type { Workerpool } from './deployWorkerpool.ts'

/** A workerpool that is registered. */
export type RegisteredWorkerpool = Workerpool & {
  readonly address: Address
  readonly registry: Address
  /** What each worker locks, in percent of the price. */
  readonly workerStakeRatio: bigint
  /** The owner's share of the reward, in percent. */
  readonly schedulerRewardRatio: bigint
}

/**
 * What a workerpool is.
 *
 * @throws IexecError `NotFound`, `InvalidInput`
 * @example
 * (await showWorkerpool(context, '0x…')).description // 'GPUs in the north'
 */
export async function showWorkerpool(context: Context, address: Address): Promise<RegisteredWorkerpool> {
  const owner = await ownerOf(context, 'workerpool', address)
  const [description, workerStakeRatio, schedulerRewardRatio] = await Promise.all([
    readContract(context, {
      address,
      abi: assetItems.m_workerpoolDescription,
      functionName: 'm_workerpoolDescription',
    }),
    readContract(context, {
      address,
      abi: assetItems.m_workerStakeRatioPolicy,
      functionName: 'm_workerStakeRatioPolicy',
    }),
    readContract(context, {
      address,
      abi: assetItems.m_schedulerRewardRatioPolicy,
      functionName: 'm_schedulerRewardRatioPolicy',
    }),
  ])
  const registry = getAddress(context.contracts.workerpoolRegistry)
  return { address, owner, description, workerStakeRatio, schedulerRewardRatio, registry }
}

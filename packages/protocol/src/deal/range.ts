// What fits the packed form in which the hub keeps a deal. Orders themselves may hold any uint256.
import type { Deal } from './deal.ts'
import type { RangeMismatch } from './mismatch.ts'

/** The hub keeps prices and stakes in 96 bits. */
export const MAX_PRICE: bigint = 2n ** 96n - 1n
/** The hub keeps trust and task indices in 64 bits. */
export const MAX_TRUST: bigint = 2n ** 64n - 1n
/** A pool owner's share of the reward, in percent. A workerpool of a foreign registry could report more. */
export const MAX_REWARD_RATIO = 100n

/** Every value of a deal that is out of range, in the hub's order of checks. */
export function* whyNotInRange(deal: Deal): Iterable<RangeMismatch> {
  const { app, dataset, workerpool, trust, workerStake } = deal
  if (app.price > MAX_PRICE) yield { reason: 'AppPriceOutOfRange', price: app.price, max: MAX_PRICE }
  if (dataset.price > MAX_PRICE) yield { reason: 'DatasetPriceOutOfRange', price: dataset.price, max: MAX_PRICE }
  if (workerpool.price > MAX_PRICE)
    yield { reason: 'WorkerpoolPriceOutOfRange', price: workerpool.price, max: MAX_PRICE }
  if (trust > MAX_TRUST) yield { reason: 'TrustOutOfRange', trust, max: MAX_TRUST }
  const consumed = deal.botFirst + deal.botSize
  if (consumed > MAX_TRUST) yield { reason: 'VolumeOutOfRange', consumed, max: MAX_TRUST }
  if (workerStake > MAX_PRICE) yield { reason: 'WorkerStakeOutOfRange', stake: workerStake, max: MAX_PRICE }
  const ratio = deal.schedulerRewardRatio
  if (ratio > MAX_REWARD_RATIO) yield { reason: 'RewardRatioOutOfRange', ratio, max: MAX_REWARD_RATIO }
}

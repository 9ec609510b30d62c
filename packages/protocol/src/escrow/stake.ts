// What is locked while a deal runs: by its sponsor, by the pool owner, and by each worker.
import { WORKERPOOL_STAKE_RATIO } from './constants.ts'

/** The prices of one task of a deal, in nRLC; without a dataset its price is 0. */
export type TaskPrices = { readonly app: bigint; readonly dataset: bigint; readonly workerpool: bigint }

/**
 * What the sponsor pays for one task, and gets back when the task fails, in nRLC.
 *
 * @example
 * taskPrice({ app: 3n, dataset: 0n, workerpool: 7n }) // 10n
 */
export function taskPrice(prices: TaskPrices): bigint {
  return prices.app + prices.dataset + prices.workerpool
}

/**
 * What the pool owner stakes for one task, in nRLC: 30 % of the workerpool price, rounded down.
 *
 * For a deal it is this times the volume: the division comes before the multiplication, so that every task gives back
 * exactly what it locked.
 *
 * @example
 * workerpoolStake(99n) // 29n
 */
export function workerpoolStake(workerpoolPrice: bigint): bigint {
  return (workerpoolPrice * WORKERPOOL_STAKE_RATIO) / 100n
}

/**
 * What each worker stakes on his contribution, in nRLC, rounded down.
 *
 * @param stakeRatio `m_workerStakeRatioPolicy` of the workerpool, in percent; it may be above 100
 * @example
 * workerStake(99n, 30n) // 29n
 */
export function workerStake(workerpoolPrice: bigint, stakeRatio: bigint): bigint {
  return (workerpoolPrice * stakeRatio) / 100n
}

// How the price of a task and the losers' stakes are shared out among the winners and the pool owner.
import { KITTY_MIN, KITTY_RATIO } from './constants.ts'

/** One contribution as the rewards see it: did the worker prove his result, and what is his stored (log2) weight. */
export type Share = { readonly isProved: boolean; readonly weight: bigint }

/** The terms of the sharing. Amounts are nRLC for one task; the ratio is the pool owner's share in percent, 0 to 100. */
export type RewardTerms = {
  readonly workerpoolPrice: bigint
  readonly workerStake: bigint
  readonly schedulerRewardRatio: bigint
}

/** What one worker gets: `unlocked` and `seized` of his stake (one of them is 0), and his reward. All in nRLC. */
export type WorkerReward = { readonly unlocked: bigint; readonly seized: bigint; readonly rewardRoundedDown: bigint }

/** The whole sharing: one entry for each share, in the same order, and what the pool owner gets. */
export type Rewards = { readonly workers: readonly WorkerReward[]; readonly poolOwner: bigint }

/**
 * Shares out one finalized task, to the last nRLC.
 *
 * The pot is the workerpool price and the stakes of all who did not prove their result. Workers get
 * `pot * (100 - ratio) / 100`, rounded down, split by weight, each share rounded down. The pool owner gets the rest:
 * his percentage and all the dust. So rewards = price + seized stakes, always.
 *
 * @example
 * distributeRewards({ workerpoolPrice: 100n, workerStake: 30n, schedulerRewardRatio: 1n }, [
 *   { isProved: true, weight: 1n },
 *   { isProved: false, weight: 1n },
 * ]) // pot 130, workers 128: { workers: [{ unlocked: 30n, seized: 0n, rewardRoundedDown: 128n }, { …, seized: 30n }], poolOwner: 2n }
 */
export function distributeRewards(terms: RewardTerms, shares: readonly Share[]): Rewards {
  const winners = shares.filter((share) => share.isProved)
  const weights = winners.reduce((sum, share) => sum + share.weight, 0n)
  const pot = terms.workerpoolPrice + terms.workerStake * BigInt(shares.length - winners.length)
  const forWorkers = (pot * (100n - terms.schedulerRewardRatio)) / 100n

  const workers = shares.map((share): WorkerReward => {
    if (!share.isProved) return { unlocked: 0n, seized: terms.workerStake, rewardRoundedDown: 0n }
    // Weights are at least 1 where votes decide, so a winner means that there is something to divide by.
    return { unlocked: terms.workerStake, seized: 0n, rewardRoundedDown: (forWorkers * share.weight) / weights }
  })
  const paid = workers.reduce((sum, worker) => sum + worker.rewardRoundedDown, 0n)
  return { workers, poolOwner: pot - paid }
}

/**
 * Shares out a task of the one-transaction path (`contributeAndFinalize`): the worker's part is rounded down, the pool owner gets the rest.
 *
 * @example
 * contributeAndFinalizeSplit(99n, 1n) // { worker: 98n, poolOwner: 1n }
 */
export function contributeAndFinalizeSplit(
  workerpoolPrice: bigint,
  schedulerRewardRatio: bigint,
): { readonly worker: bigint; readonly poolOwner: bigint } {
  const worker = (workerpoolPrice * (100n - schedulerRewardRatio)) / 100n
  return { worker, poolOwner: workerpoolPrice - worker }
}

/**
 * What the kitty pays to the pool owner with a finalized task: 10 % of what it holds (rounded down), at least 1 RLC, never more than it has.
 *
 * @param kittyLocked what is locked on the kitty's account, in nRLC
 * @example
 * kittyShare(50_000_000_000n) // 5_000_000_000n
 * kittyShare(5n) // 5n
 */
export function kittyShare(kittyLocked: bigint): bigint {
  const tenth = (kittyLocked * KITTY_RATIO) / 100n
  const atLeast = tenth > KITTY_MIN ? tenth : KITTY_MIN
  return atLeast < kittyLocked ? atLeast : kittyLocked
}

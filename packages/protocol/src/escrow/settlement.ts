// How the money of one task ends, movement by movement in the order in which the chain shows it:
// the task succeeded with votes, succeeded in one transaction, or failed.
import type { Address } from 'viem'
import { isProvedContribution } from '../contribution/contribution.ts'
import type { Contribution } from '../contribution/contribution.ts'
import type { ScoreChange } from '../contribution/score.ts'
import { dealPrices } from '../deal/deal.ts'
import type { Deal } from '../deal/deal.ts'
import type { TaskId } from '../ids.ts'
import { NO_ADDRESS, isSameAddress } from '../order/terms.ts'
import { KITTY_ADDRESS } from './constants.ts'
import type { LedgerEntry } from './ledger.ts'
import { contributeAndFinalizeSplit, distributeRewards, kittyShare } from './reward.ts'
import { taskPrice, workerpoolStake } from './stake.ts'

/** One step of a settlement: money that moves, or a score that changes. */
export type Settlement = readonly (LedgerEntry | ScoreChange)[]

/** The task that ends, under the terms of its deal. */
export type SettledTask = { readonly id: TaskId; readonly deal: Deal }

/**
 * The end of a finalized task: the price is seized from the sponsor; app owner and dataset owner are paid (when there is
 * something to pay); the pool owner's stake comes back, with a part of the kitty; then the contributors in the order of
 * their votes: stake and reward for the proved, seizure for all others; last the pool owner's share and the dust.
 *
 * Scores rise only when more than one worker contributed; they fall for every contributor who did not prove.
 *
 * @param contributions all of the task, in the order of their votes
 * @param kittyLocked what is locked on the kitty's account, in nRLC
 */
export function successSplit(
  task: SettledTask,
  contributions: readonly Contribution[],
  kittyLocked: bigint,
): Settlement {
  const { id, deal } = task
  const rewards = distributeRewards(
    {
      workerpoolPrice: deal.workerpool.price,
      workerStake: deal.workerStake,
      schedulerRewardRatio: deal.schedulerRewardRatio,
    },
    contributions.map((contribution) => ({
      isProved: isProvedContribution(contribution),
      weight: contribution.weight,
    })),
  )
  const workers = contributions.flatMap((contribution, index): Settlement => {
    const { worker } = contribution
    const reward = rewards.workers[index]?.rewardRoundedDown ?? 0n
    if (!isProvedContribution(contribution)) {
      return [
        { do: 'seize', account: worker, amount: deal.workerStake, task: id },
        { do: 'judge', worker, task: id, verdict: 'faulty' },
      ]
    }
    const paid: Settlement = [
      { do: 'unlock', account: worker, amount: deal.workerStake },
      { do: 'reward', account: worker, amount: reward, task: id },
    ]
    // Nobody agreed with a worker who was alone, so nothing is learnt about him.
    return contributions.length > 1 ? [...paid, { do: 'judge', worker, task: id, verdict: 'accurate' }] : paid
  })
  const rest: LedgerEntry = { do: 'reward', account: deal.workerpool.owner, amount: rewards.poolOwner, task: id }
  return [...paidAssets(task), ...returnedStake(task, kittyLocked), ...workers, rest]
}

/**
 * The end of a task of the one-transaction path: as `successSplit`, but one worker without stake, and no score changes.
 *
 * @param kittyLocked what is locked on the kitty's account, in nRLC
 */
export function oneTransactionSplit(task: SettledTask, worker: Address, kittyLocked: bigint): readonly LedgerEntry[] {
  const { id, deal } = task
  const split = contributeAndFinalizeSplit(deal.workerpool.price, deal.schedulerRewardRatio)
  return [
    ...paidAssets(task),
    ...returnedStake(task, kittyLocked),
    { do: 'reward', account: worker, amount: split.worker, task: id },
    { do: 'reward', account: deal.workerpool.owner, amount: split.poolOwner, task: id },
  ]
}

/**
 * The end of a claimed task: the sponsor gets the whole price back, the pool owner's stake goes to the kitty, and every
 * contributor gets his stake back, whatever he voted.
 *
 * @param workers all contributors of the task, in the order of their votes
 */
export function failureSplit(task: SettledTask, workers: readonly Address[]): readonly LedgerEntry[] {
  const { id, deal } = task
  const stake = workerpoolStake(deal.workerpool.price)
  return [
    { do: 'unlock', account: deal.sponsor, amount: taskPrice(dealPrices(deal)) },
    { do: 'seize', account: deal.workerpool.owner, amount: stake, task: id },
    { do: 'fillKitty', amount: stake, task: id },
    ...workers.map((worker): LedgerEntry => ({ do: 'unlock', account: worker, amount: deal.workerStake })),
  ]
}

function paidAssets({ id, deal }: SettledTask): readonly LedgerEntry[] {
  const price = taskPrice(dealPrices(deal))
  const toApp: LedgerEntry = { do: 'reward', account: deal.app.owner, amount: deal.app.price, task: id }
  const toDataset: LedgerEntry = { do: 'reward', account: deal.dataset.owner, amount: deal.dataset.price, task: id }
  const hasDataset = !isSameAddress(deal.dataset.pointer, NO_ADDRESS)
  return [
    { do: 'seize', account: deal.sponsor, amount: price, task: id },
    ...(deal.app.price > 0n ? [toApp] : []),
    ...(deal.dataset.price > 0n && hasDataset ? [toDataset] : []),
  ]
}

function returnedStake({ id, deal }: SettledTask, kittyLocked: bigint): readonly LedgerEntry[] {
  const { owner, price } = deal.workerpool
  const stake: LedgerEntry = { do: 'unlock', account: owner, amount: workerpoolStake(price) }
  if (kittyLocked === 0n) return [stake]

  const amount = kittyShare(kittyLocked)
  return [
    stake,
    { do: 'seize', account: KITTY_ADDRESS, amount, task: id },
    { do: 'reward', account: owner, amount, task: id },
  ]
}

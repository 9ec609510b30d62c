// order → deal: what four orders become together, or everything that stands against it.
import type { Lock } from '../escrow/ledger.ts'
import { taskPrice, workerStake, workerpoolStake } from '../escrow/stake.ts'
import { dealId } from '../ids.ts'
import type { DealId } from '../ids.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import { requiredTag } from '../tag.ts'
import { MAX_UINT256 } from '../words.ts'
import { whyNotApproved } from './approval.ts'
import { dealPrices } from './deal.ts'
import type { Deal } from './deal.ts'
import type { MatchState } from './matchState.ts'
import type { Mismatch } from './mismatch.ts'
import { whyNotInRange } from './range.ts'
import { whyNotFitting } from './terms.ts'
import { computeDealVolume, hasDataset, remainingVolumes } from './volume.ts'
import type { MatchOrders, Volumes } from './volume.ts'

/** The deal with what the match locks, in order, or everything that stands against it, in the hub's order of checks. */
export type Match =
  | {
      readonly ok: true
      readonly deal: Deal
      readonly dealId: DealId
      readonly volume: bigint
      /** First the sponsor's, then the pool owner's. */
      readonly locks: readonly Lock[]
    }
  | { readonly ok: false; readonly mismatches: readonly [Mismatch, ...Mismatch[]] }

/**
 * Makes a deal of four orders, or says everything that does not fit: not only the first reason, on which the hub stops.
 *
 * The first mismatch is the error with which the hub refuses. A signature is not judged while the owner who should have
 * signed is unknown. Where nothing is left to match, the stakes are judged for one task.
 *
 * @example
 * const match = matchOrders(orders, state)
 * if (!match.ok) console.log(match.mismatches.map(explainMismatch).join('\n'))
 */
export function matchOrders(orders: MatchOrders, state: MatchState): Match {
  const consumed = consumedVolumes(state)
  const volume = computeDealVolume(orders, consumed)
  const deal = draftDeal(orders, state, volume)
  const [first, ...others] = [
    ...whyNotFitting(orders, { categories: BigInt(state.categories.length), memberships: state.memberships }),
    ...whyNotApproved(orders, state),
    ...(volume > 0n ? [] : [{ reason: 'NothingLeftToMatch', ...remainingVolumes(orders, consumed) } as const]),
    ...whyNotInRange(deal),
    // Where nothing is left to match, the stakes are still asked for one task.
    ...whyNotBacked(locksOf(deal, volume > 0n ? volume : 1n), state),
  ]
  if (first !== undefined) return { ok: false, mismatches: [first, ...others] }
  const id = dealId(state.orders.request.hash, deal.botFirst)
  return { ok: true, deal, dealId: id, volume, locks: locksOf(deal, volume) }
}

/** What each of the four orders has consumed so far. */
function consumedVolumes({ orders }: MatchState): Volumes {
  return {
    app: orders.app.consumed,
    dataset: orders.dataset.consumed,
    workerpool: orders.workerpool.consumed,
    request: orders.request.consumed,
  }
}

// The deal as it would be. It is only handed out when nothing stands against it.
function draftDeal(orders: MatchOrders, state: MatchState, volume: bigint): Deal {
  const { app, dataset, workerpool, request } = orders
  const { owners, policy } = state
  const stake = workerStake(workerpool.workerpoolprice, policy.workerStakeRatio)
  return {
    app: { pointer: app.app, owner: owners.app ?? NO_ADDRESS, price: app.appprice },
    dataset: hasDataset(orders)
      ? { pointer: dataset.dataset, owner: owners.dataset ?? NO_ADDRESS, price: dataset.datasetprice }
      : { pointer: dataset.dataset, owner: NO_ADDRESS, price: 0n },
    workerpool: {
      pointer: workerpool.workerpool,
      owner: owners.workerpool ?? NO_ADDRESS,
      price: workerpool.workerpoolprice,
    },
    trust: request.trust > 1n ? request.trust : 1n,
    category: request.category,
    tag: requiredTag(app.tag, dataset.tag, request.tag),
    requester: request.requester,
    beneficiary: request.beneficiary,
    callback: request.callback,
    params: request.params,
    startTime: state.now,
    botFirst: state.orders.request.consumed,
    botSize: volume,
    // An absurd policy saturates on the hub instead of overflowing.
    workerStake: stake > MAX_UINT256 / 100n ? MAX_UINT256 / 100n : stake,
    schedulerRewardRatio: policy.schedulerRewardRatio,
    sponsor: state.sponsor,
    timeref: state.categories[Number(request.category)] ?? 0n,
    teeBroker: state.teeBroker,
  }
}

function locksOf(deal: Deal, tasks: bigint): readonly Lock[] {
  return [
    { do: 'lock', account: deal.sponsor, amount: taskPrice(dealPrices(deal)) * tasks },
    { do: 'lock', account: deal.workerpool.owner, amount: workerpoolStake(deal.workerpool.price) * tasks },
  ]
}

// The locks are taken one after the other, perhaps from the same account. Whose stake is short cannot be said of an
// unregistered workerpool, which has no owner.
function whyNotBacked(locks: readonly Lock[], state: MatchState): readonly Mismatch[] {
  const left = new Map([...state.freeStakes].map(([account, stake]) => [account.toLowerCase(), stake]))
  const known = state.owners.workerpool === undefined ? locks.slice(0, 1) : locks
  return known.flatMap(({ account, amount }): readonly Mismatch[] => {
    const key = account.toLowerCase()
    const free = left.get(key) ?? 0n
    left.set(key, free > amount ? free - amount : 0n)
    return free < amount ? [{ reason: 'InsufficientStake', account, free, needed: amount }] : []
  })
}

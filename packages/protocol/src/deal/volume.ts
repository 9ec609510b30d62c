// How many tasks four orders can still make together.
import { taskPrice, workerpoolStake } from '../escrow/stake.ts'
import type { Order, OrderKind } from '../order/order.ts'
import { NO_ADDRESS, isSameAddress } from '../order/terms.ts'
import { MAX_UINT256 } from '../words.ts'
import { MAX_TRUST } from './range.ts'

/** The four orders of a match. Without a dataset, `dataset` is `NO_DATASET_ORDER`. */
export type MatchOrders = { readonly [Kind in OrderKind]: Order<Kind> }

/** A number of tasks for each of the four orders: what was consumed, or what remains. */
export type Volumes = { readonly [Kind in OrderKind]: bigint }

/** The free stakes that a match draws on, in nRLC. `isSameAccount`: sponsor and pool owner are one, and the stake is counted once. */
export type FreeStakes = { readonly sponsor: bigint; readonly workerpoolOwner: bigint; readonly isSameAccount: boolean }

/** Whether a match has a dataset: its order names one. */
export function hasDataset(orders: MatchOrders): boolean {
  return !isSameAddress(orders.dataset.dataset, NO_ADDRESS)
}

/**
 * What remains of each order: never less than nothing, whatever is said to be consumed. Without a dataset nothing limits
 * its side: the largest uint256.
 *
 * @param consumed `viewConsumed` of each order's hash; a closed order is consumed whole
 */
export function remainingVolumes(orders: MatchOrders, consumed: Volumes): Volumes {
  return {
    app: left(orders.app.volume, consumed.app),
    dataset: hasDataset(orders) ? left(orders.dataset.volume, consumed.dataset) : MAX_UINT256,
    workerpool: left(orders.workerpool.volume, consumed.workerpool),
    request: left(orders.request.volume, consumed.request),
  }
}

/**
 * The volume of the deal that these orders would make now: the least that remains of any of them. Nothing else is looked at.
 *
 * It may be more than the hub can count (2^64 - 1 tasks of a request), which then refuses it with `VolumeOutOfRange`.
 *
 * @example
 * computeDealVolume(orders, { app: 0n, dataset: 0n, workerpool: 2n, request: 0n })
 */
export function computeDealVolume(orders: MatchOrders, consumed: Volumes): bigint {
  const { app, dataset, workerpool, request } = remainingVolumes(orders, consumed)
  return least(app, dataset, workerpool, request)
}

/**
 * How many tasks the free stakes can back as well, and the hub can count, which ends at 2^64 - 1: what is worth asking
 * for in a request, and what an order book should show.
 *
 * The hub itself matches the whole volume or refuses; it never matches less because a stake is short.
 *
 * @param stakes what sponsor and pool owner have free
 * @example
 * matchableVolume(orders, consumed, { sponsor: 20n, workerpoolOwner: 0n, isSameAccount: false })
 */
export function matchableVolume(orders: MatchOrders, consumed: Volumes, stakes: FreeStakes): bigint {
  const price = taskPrice({
    app: orders.app.appprice,
    dataset: hasDataset(orders) ? orders.dataset.datasetprice : 0n,
    workerpool: orders.workerpool.workerpoolprice,
  })
  const stake = workerpoolStake(orders.workerpool.workerpoolprice)
  const volume = least(computeDealVolume(orders, consumed), left(MAX_TRUST, consumed.request))
  return stakes.isSameAccount
    ? least(volume, affordable(stakes.sponsor, price + stake))
    : least(volume, affordable(stakes.sponsor, price), affordable(stakes.workerpoolOwner, stake))
}

function left(all: bigint, taken: bigint): bigint {
  return all > taken ? all - taken : 0n
}

function affordable(free: bigint, perTask: bigint): bigint {
  return perTask === 0n ? MAX_UINT256 : free / perTask
}

function least(...volumes: readonly bigint[]): bigint {
  return volumes.reduce((smallest, volume) => (volume < smallest ? volume : smallest), MAX_UINT256)
}

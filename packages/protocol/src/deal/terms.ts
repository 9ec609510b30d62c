// Whether four orders want the same thing. Only what the orders say counts here: no ownership, signature or consumption.
import type { Address } from 'viem'
import { NO_TAG, missingTag, requiredTag, requiresTee } from '../tag.ts'
import type { Mismatch, PriceMismatch, RestrictionMismatch } from './mismatch.ts'
import { restrictionAllows } from './restriction.ts'
import type { Membership } from './restriction.ts'
import type { MatchOrders } from './volume.ts'

/** What the orders are read against: how many categories the hub has, and the answers of the groups that orders name. */
export type FittingState = { readonly categories: bigint; readonly memberships: readonly Membership[] }

/**
 * Every term in which the orders disagree, in the hub's order of checks. A dataset's terms count even where there is none.
 *
 * @example
 * whyNotFitting(orders, { categories: 5n, memberships: [] }) // [{ reason: 'TrustTooLow', wanted: 5n, offered: 1n }]
 */
export function whyNotFitting(orders: MatchOrders, state: FittingState): readonly Mismatch[] {
  return [
    ...categoryMismatches(orders, state.categories),
    ...priceMismatches(orders),
    ...tagMismatches(orders),
    ...assetMismatches(orders),
    ...restrictionMismatches(orders, state.memberships),
  ]
}

function* categoryMismatches({ workerpool, request }: MatchOrders, count: bigint): Iterable<Mismatch> {
  const { category, trust } = request
  if (category !== workerpool.category)
    yield { reason: 'CategoryMismatch', requested: category, offered: workerpool.category }
  if (category >= count) yield { reason: 'UnknownCategory', category, count }
  if (trust > workerpool.trust) yield { reason: 'TrustTooLow', wanted: trust, offered: workerpool.trust }
}

function priceMismatches({ app, dataset, workerpool, request }: MatchOrders): readonly Mismatch[] {
  const prices: readonly PriceMismatch[] = [
    { reason: 'AppPriceTooHigh', asked: app.appprice, offered: request.appmaxprice },
    { reason: 'DatasetPriceTooHigh', asked: dataset.datasetprice, offered: request.datasetmaxprice },
    { reason: 'WorkerpoolPriceTooHigh', asked: workerpool.workerpoolprice, offered: request.workerpoolmaxprice },
  ]
  return prices.filter(({ asked, offered }) => asked > offered)
}

function* tagMismatches({ app, dataset, workerpool, request }: MatchOrders): Iterable<Mismatch> {
  const required = requiredTag(app.tag, dataset.tag, request.tag)
  if (missingTag(required, workerpool.tag) !== NO_TAG)
    yield { reason: 'WorkerpoolLacksTag', required, offered: workerpool.tag }
  // `required` contains the app's own tag, so the two can differ in this bit in one way only.
  if (requiresTee(required) && !requiresTee(app.tag)) yield { reason: 'AppLacksTee', required, offered: app.tag }
}

function* assetMismatches({ app, dataset, request }: MatchOrders): Iterable<Mismatch> {
  if (differ(request.app, app.app)) yield { reason: 'AppMismatch', requested: request.app, offered: app.app }
  if (differ(request.dataset, dataset.dataset)) {
    yield { reason: 'DatasetMismatch', requested: request.dataset, offered: dataset.dataset }
  }
}

function restrictionMismatches(orders: MatchOrders, memberships: readonly Membership[]): readonly Mismatch[] {
  const { app, dataset, workerpool, request } = orders
  const restrictions: readonly RestrictionMismatch[] = [
    { reason: 'WorkerpoolRefusedByRequest', allowed: request.workerpool, actual: workerpool.workerpool },
    { reason: 'DatasetRefusedByApp', allowed: app.datasetrestrict, actual: dataset.dataset },
    { reason: 'WorkerpoolRefusedByApp', allowed: app.workerpoolrestrict, actual: workerpool.workerpool },
    { reason: 'RequesterRefusedByApp', allowed: app.requesterrestrict, actual: request.requester },
    { reason: 'AppRefusedByDataset', allowed: dataset.apprestrict, actual: app.app },
    { reason: 'WorkerpoolRefusedByDataset', allowed: dataset.workerpoolrestrict, actual: workerpool.workerpool },
    { reason: 'RequesterRefusedByDataset', allowed: dataset.requesterrestrict, actual: request.requester },
    { reason: 'AppRefusedByWorkerpool', allowed: workerpool.apprestrict, actual: app.app },
    { reason: 'DatasetRefusedByWorkerpool', allowed: workerpool.datasetrestrict, actual: dataset.dataset },
    { reason: 'RequesterRefusedByWorkerpool', allowed: workerpool.requesterrestrict, actual: request.requester },
  ]
  return restrictions.filter(({ allowed, actual }) => !restrictionAllows(allowed, actual, memberships))
}

function differ(one: Address, other: Address): boolean {
  return one.toLowerCase() !== other.toLowerCase()
}

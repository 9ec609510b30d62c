// Whether each order comes from whom it must: registered assets, and orders signed or presigned by their owners of today.
import type { Address } from 'viem'
import { NO_ADDRESS, isSameAddress } from '../order/terms.ts'
import type { MatchState, OrderStanding } from './matchState.ts'
import type { Mismatch } from './mismatch.ts'
import { hasDataset } from './volume.ts'
import type { MatchOrders } from './volume.ts'

/** Every asset that is not registered and every order that is not approved, in the hub's order of checks. */
export function* whyNotApproved(orders: MatchOrders, state: Pick<MatchState, 'orders' | 'owners'>): Iterable<Mismatch> {
  const { owners, orders: standing } = state
  if (owners.app === undefined) yield { reason: 'AppNotRegistered', app: orders.app.app }
  else if (!isApproved(standing.app, owners.app)) {
    yield { reason: 'AppOrderNotSigned', owner: owners.app, orderHash: standing.app.hash }
  }
  if (hasDataset(orders)) {
    if (owners.dataset === undefined) yield { reason: 'DatasetNotRegistered', dataset: orders.dataset.dataset }
    else if (!isApproved(standing.dataset, owners.dataset)) {
      yield { reason: 'DatasetOrderNotSigned', owner: owners.dataset, orderHash: standing.dataset.hash }
    }
  }
  if (owners.workerpool === undefined)
    yield { reason: 'WorkerpoolNotRegistered', workerpool: orders.workerpool.workerpool }
  else if (!isApproved(standing.workerpool, owners.workerpool)) {
    yield { reason: 'WorkerpoolOrderNotSigned', owner: owners.workerpool, orderHash: standing.workerpool.hash }
  }
  const { requester } = orders.request
  if (!isApproved(standing.request, requester)) {
    yield { reason: 'RequestOrderNotSigned', requester, orderHash: standing.request.hash }
  }
}

/**
 * Whether an order is approved by an account: presigned on chain, or signed. The zero account approves nothing.
 *
 * A presignature names the owner of its moment, so it ends when the asset changes hands.
 */
function isApproved(standing: Pick<OrderStanding, 'signedBy' | 'presignedBy'>, account: Address): boolean {
  if (isSameAddress(account, NO_ADDRESS)) return false
  return [standing.presignedBy, standing.signedBy].some((by) => by !== undefined && isSameAddress(by, account))
}

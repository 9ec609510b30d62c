// Who has to approve which order, at this moment.
import { hashOrder, isSameAddress, ownerOf } from '@iexec/protocol'
import type { MarketState, MatchOrders, Order, Signers } from '@iexec/protocol'
import type { Address } from 'viem'

/** Whether who owns the asset of an order today (or requests, in it) has approved it on chain. */
export function holdsPresigned(state: MarketState, order: Order): boolean {
  const by = state.presigned.get(hashOrder(order, state.domain))
  const owner = approverOf(state, order)
  return by !== undefined && owner !== undefined && isSameAddress(by, owner)
}

/** Who has to sign an order; `undefined` while its asset is not registered. */
export function approverOf(state: MarketState, order: Order): Address | undefined {
  switch (order.kind) {
    case 'app':
      return ownerOf(state, 'app', order.app)
    case 'dataset':
      return ownerOf(state, 'dataset', order.dataset)
    case 'workerpool':
      return ownerOf(state, 'workerpool', order.workerpool)
    default:
      return order.requester
  }
}

/** The signer of each order: its owner of today. */
export function ownersOf(state: MarketState, orders: MatchOrders): Required<Signers> {
  return {
    app: approverOf(state, orders.app),
    dataset: approverOf(state, orders.dataset),
    workerpool: approverOf(state, orders.workerpool),
    request: approverOf(state, orders.request),
  }
}

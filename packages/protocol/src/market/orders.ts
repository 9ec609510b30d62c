// Orders on the market: approved, closed, matched.
import type { Address } from 'viem'
import { matchOrders } from '../deal/match.ts'
import { hasDataset } from '../deal/volume.ts'
import type { MatchOrders } from '../deal/volume.ts'
import type { Instant, OrderHash } from '../ids.ts'
import { hashOperation, hashOrder } from '../order/hash.ts'
import type { Order } from '../order/order.ts'
import { NO_ADDRESS, isSameAddress, orderAsset } from '../order/terms.ts'
import { NO_TAG } from '../tag.ts'
import { refuse } from './action.ts'
import type { MarketAction, MarketEffect, MarketStep } from './action.ts'
import { carryOut } from './carryOut.ts'
import { matchStateOf, ownerOf } from './state.ts'
import type { MarketState } from './state.ts'

/** Approves or closes an order on chain, for its owner or with his signature. */
export function manageOrder(
  state: MarketState,
  action: Extract<MarketAction, { readonly do: 'manageOrder' }>,
): MarketStep {
  const { caller, operation, order, signedBy } = action
  const owner = signerOf(state, order)
  if (owner === undefined) {
    return refuse({ reason: 'AssetUnreadable', asset: order.kind === 'request' ? order.requester : orderAsset(order) })
  }
  if (!isSameAddress(caller, owner) && !holdsFor(signedBy, owner)) {
    const operationHash = hashOperation(order, operation, state.domain)
    return refuse({ reason: 'NotTheOrderSigner', caller, owner, operationHash })
  }

  const orderHash = hashOrder(order, state.domain)
  const managed: MarketState =
    operation === 'sign'
      ? { ...state, presigned: new Map(state.presigned).set(orderHash, owner) }
      : { ...state, consumed: new Map(state.consumed).set(orderHash, order.volume) }
  return carryOut(managed, [{ do: 'announce', event: 'OrderManaged', kind: order.kind, operation, orderHash }])
}

/** Makes a deal of four orders. When it is refused, `others` are all the other mismatches. */
export function match(
  state: MarketState,
  action: Extract<MarketAction, { readonly do: 'matchOrders' | 'sponsorMatchOrders' }>,
  now: Instant,
): MarketStep {
  const { caller, orders, signers } = action
  const isSponsored = action.do === 'sponsorMatchOrders'
  const known = matchStateOf(state, orders, { signers, sponsor: isSponsored ? caller : orders.request.requester, now })
  const answer = matchOrders(orders, known)
  if (!answer.ok) {
    const [first, ...others] = answer.mismatches
    return refuse(first, others)
  }

  const { deal, dealId, volume, locks } = answer
  const hashes = {
    appHash: known.orders.app.hash,
    datasetHash: hasDataset(orders) ? known.orders.dataset.hash : NO_TAG,
    workerpoolHash: known.orders.workerpool.hash,
    requestHash: known.orders.request.hash,
  }
  const sponsored: MarketEffect = { do: 'announce', event: 'DealSponsored', dealId, sponsor: caller }
  const matched: MarketState = {
    ...state,
    consumed: consumedAfter(state, orders, volume),
    deals: new Map(state.deals).set(dealId, deal),
  }
  return carryOut(matched, [
    ...locks,
    { do: 'announce', event: 'SchedulerNotice', workerpool: deal.workerpool.pointer, dealid: dealId },
    { do: 'announce', event: 'OrdersMatched', dealid: dealId, ...hashes, volume },
    ...(isSponsored ? [sponsored] : []),
  ])
}

function consumedAfter(state: MarketState, orders: MatchOrders, volume: bigint): ReadonlyMap<OrderHash, bigint> {
  const { app, dataset, workerpool, request } = orders
  const present: readonly Order[] = hasDataset(orders)
    ? [app, dataset, workerpool, request]
    : [app, workerpool, request]
  const consumed = new Map(state.consumed)
  for (const order of present) {
    const hash = hashOrder(order, state.domain)
    consumed.set(hash, (consumed.get(hash) ?? 0n) + volume)
  }
  return consumed
}

// The hub asks the asset itself who owns it, whatever registry it is of.
function signerOf(state: MarketState, order: Order): Address | undefined {
  if (order.kind === 'request') return order.requester
  const asset = orderAsset(order)
  return ownerOf(state, 'app', asset) ?? ownerOf(state, 'dataset', asset) ?? ownerOf(state, 'workerpool', asset)
}

function holdsFor(signedBy: Address | undefined, account: Address): boolean {
  return signedBy !== undefined && !isSameAddress(account, NO_ADDRESS) && isSameAddress(signedBy, account)
}

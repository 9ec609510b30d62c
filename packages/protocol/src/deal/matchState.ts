// Everything besides the four orders that a match depends on, as data: what a node or an indexer answers.
import type { Address } from 'viem'
import type { Instant, OrderHash } from '../ids.ts'
import type { OrderKind } from '../order/order.ts'
import type { Membership } from './restriction.ts'

/**
 * What the chain knows of one order. `signedBy` is the account for which its signature holds (recovered, or vouched for
 * by ERC-1271), `presignedBy` the one who approved it on chain; `undefined` for nobody.
 */
export type OrderStanding = {
  readonly hash: OrderHash
  readonly consumed: bigint
  readonly signedBy: Address | undefined
  readonly presignedBy: Address | undefined
}

/** The policy of a workerpool: worker stake in percent of the price, the pool owner's share of the reward in percent. */
export type WorkerpoolPolicy = { readonly workerStakeRatio: bigint; readonly schedulerRewardRatio: bigint }

/** Everything besides the orders that a match depends on. */
export type MatchState = {
  readonly now: Instant
  readonly orders: { readonly [Kind in OrderKind]: OrderStanding }
  /** Owner of each asset by its registry; `undefined` when it is not registered. */
  readonly owners: { readonly [Kind in Exclude<OrderKind, 'request'>]: Address | undefined }
  readonly memberships: readonly Membership[]
  /**
   * Time reference of each category, in seconds; the id is the index. A hub may have 2^32 - 1 of them: only that of the request
   * has to be there.
   */
  readonly categories: ArrayLike<bigint>
  readonly policy: WorkerpoolPolicy
  /** Who pays: the requester, or whoever sponsors the match. */
  readonly sponsor: Address
  /** Free stake of an account, in nRLC, by its address in any case, as `matchOrders` reads it; absent means nothing. */
  readonly freeStakes: ReadonlyMap<string, bigint>
  /** The zero address when there is none. */
  readonly teeBroker: Address
}

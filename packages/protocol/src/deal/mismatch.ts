// Why four orders cannot make a deal: the names and values of the hub's errors, as data.
import type { Address, Hex } from 'viem'
import type { OrderHash } from '../ids.ts'

/** An order asks more than the request pays: the price asked and the most offered, in nRLC for one task. */
export type PriceMismatch = {
  readonly reason: 'AppPriceTooHigh' | 'DatasetPriceTooHigh' | 'WorkerpoolPriceTooHigh'
  readonly asked: bigint
  readonly offered: bigint
}

/** An order lets only one address, or the members of one group contract, be on another side, and this is not it. */
export type RestrictionMismatch = {
  readonly reason:
    | 'WorkerpoolRefusedByRequest'
    | 'DatasetRefusedByApp'
    | 'WorkerpoolRefusedByApp'
    | 'RequesterRefusedByApp'
    | 'AppRefusedByDataset'
    | 'WorkerpoolRefusedByDataset'
    | 'RequesterRefusedByDataset'
    | 'AppRefusedByWorkerpool'
    | 'DatasetRefusedByWorkerpool'
    | 'RequesterRefusedByWorkerpool'
  readonly allowed: Address
  readonly actual: Address
}

/** An order was neither signed nor presigned by the owner of its asset at this moment. */
export type SignatureMismatch = {
  readonly reason: 'AppOrderNotSigned' | 'DatasetOrderNotSigned' | 'WorkerpoolOrderNotSigned'
  readonly owner: Address
  readonly orderHash: OrderHash
}

/** A value does not fit the deal's packed form. Prices and stake are nRLC, the ratio is percent, `consumed` is what the request order would have
 * consumed after the match: botFirst + volume. */
export type RangeMismatch =
  | {
      readonly reason: 'AppPriceOutOfRange' | 'DatasetPriceOutOfRange' | 'WorkerpoolPriceOutOfRange'
      readonly price: bigint
      readonly max: bigint
    }
  | { readonly reason: 'TrustOutOfRange'; readonly trust: bigint; readonly max: bigint }
  | { readonly reason: 'VolumeOutOfRange'; readonly consumed: bigint; readonly max: bigint }
  | { readonly reason: 'WorkerStakeOutOfRange'; readonly stake: bigint; readonly max: bigint }
  | { readonly reason: 'RewardRatioOutOfRange'; readonly ratio: bigint; readonly max: bigint }

/** One reason why four orders cannot make a deal. */
export type Mismatch =
  | { readonly reason: 'CategoryMismatch'; readonly requested: bigint; readonly offered: bigint }
  | { readonly reason: 'UnknownCategory'; readonly category: bigint; readonly count: bigint }
  | { readonly reason: 'TrustTooLow'; readonly wanted: bigint; readonly offered: bigint }
  | PriceMismatch
  | { readonly reason: 'WorkerpoolLacksTag' | 'AppLacksTee'; readonly required: Hex; readonly offered: Hex }
  | { readonly reason: 'AppMismatch' | 'DatasetMismatch'; readonly requested: Address; readonly offered: Address }
  | RestrictionMismatch
  | { readonly reason: 'AppNotRegistered'; readonly app: Address }
  | { readonly reason: 'DatasetNotRegistered'; readonly dataset: Address }
  | { readonly reason: 'WorkerpoolNotRegistered'; readonly workerpool: Address }
  | SignatureMismatch
  | { readonly reason: 'RequestOrderNotSigned'; readonly requester: Address; readonly orderHash: OrderHash }
  /** What remains of each order; without a dataset its part is the largest uint256. */
  | {
      readonly reason: 'NothingLeftToMatch'
      readonly app: bigint
      readonly dataset: bigint
      readonly workerpool: bigint
      readonly request: bigint
    }
  | RangeMismatch
  /** Amounts in nRLC. */
  | { readonly reason: 'InsufficientStake'; readonly account: Address; readonly free: bigint; readonly needed: bigint }

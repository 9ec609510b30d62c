// What the cold owner of a workerpool lets its operators sell.
import type { Hex } from 'viem'
import { MAX_UINT256 } from '../words.ts'

/** Lowest price of a category that operators may not sell. */
export const NOT_FOR_SALE: bigint = MAX_UINT256

/** The limits of a `PoolOperator` contract. They hold for orders whenever the hub looks at them, also for those signed before. */
export type OrderLimits = {
  /** Most stake in nRLC that may be locked, what is left of the order included: what a stolen key can cost at a time. */
  readonly maxLocked: bigint
  /** Most tasks of one order. */
  readonly maxVolume: bigint
  readonly maxTrust: bigint
  /** Every bit that an order may offer. */
  readonly tags: Hex
  /** By category, in nRLC for one task; `NOT_FOR_SALE` closes one, and those beyond the end are closed. */
  readonly minPrices: readonly bigint[]
}

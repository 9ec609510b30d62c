// What a transaction pays for gas, first and when it is replaced. Pure.

/** What a unit of gas may cost, in wei: on chains with a base fee, and on those without. */
export type Fees =
  | { readonly type: 'eip1559'; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint }
  | { readonly type: 'legacy'; readonly gasPrice: bigint }

/** The bounds of a replacement: never above the cap, and never less than so many percent more. */
export type FeeBounds = { readonly cap: bigint; readonly bumpPercent: number }

/**
 * The most that a unit of gas may cost under these fees.
 *
 * @example
 * priceOf({ type: 'legacy', gasPrice: 7n }) // 7n
 */
export function priceOf(fees: Fees): bigint {
  return fees.type === 'legacy' ? fees.gasPrice : fees.maxFeePerGas
}

/**
 * Fees within a cap. The tip gives way to it too.
 *
 * @example
 * capFees({ type: 'legacy', gasPrice: 7n }, 5n) // { type: 'legacy', gasPrice: 5n }
 */
export function capFees(fees: Fees, cap: bigint): Fees {
  if (fees.type === 'legacy') return { type: 'legacy', gasPrice: smaller(fees.gasPrice, cap) }
  const maxFeePerGas = smaller(fees.maxFeePerGas, cap)
  return {
    type: 'eip1559',
    maxFeePerGas,
    maxPriorityFeePerGas: smaller(fees.maxPriorityFeePerGas, maxFeePerGas),
  }
}

/**
 * Fees with which a transaction is replaced: what the market asks now, and enough more than before that nodes accept the
 * replacement; `undefined` when the cap leaves no room for that.
 *
 * @example
 * bumpFees({ type: 'legacy', gasPrice: 8n }, { type: 'legacy', gasPrice: 5n }, { cap: 100n, bumpPercent: 12.5 })
 * // { type: 'legacy', gasPrice: 9n }
 */
export function bumpFees(old: Fees, market: Fees, { cap, bumpPercent }: FeeBounds): Fees | undefined {
  const before = pairOf(old)
  const now = pairOf(market)
  const leastPrice = bump(before.price, bumpPercent)
  if (leastPrice > cap) return undefined
  const price = larger(leastPrice, smaller(now.price, cap))
  // A transaction keeps its type: nodes compare replacements by price and tip alike.
  if (old.type === 'legacy') return { type: 'legacy', gasPrice: price }
  const tip = larger(bump(before.tip, bumpPercent), smaller(now.tip, price))
  return { type: 'eip1559', maxFeePerGas: price, maxPriorityFeePerGas: tip }
}

/** Whether these fees are lower than those, in price or in tip. */
export function isBelow(fees: Fees, market: Fees): boolean {
  const mine = pairOf(fees)
  const theirs = pairOf(market)
  return mine.price < theirs.price || mine.tip < theirs.tip
}

type Pair = { readonly price: bigint; readonly tip: bigint }

function pairOf(fees: Fees): Pair {
  if (fees.type === 'legacy') return { price: fees.gasPrice, tip: fees.gasPrice }
  return { price: fees.maxFeePerGas, tip: fees.maxPriorityFeePerGas }
}

/** So many percent more, rounded up, and at least one wei: nodes refuse a replacement that pays the same. */
function bump(value: bigint, percent: number): bigint {
  const perMille = 1_000n + BigInt(Math.ceil(percent * 10))
  return larger((value * perMille + 999n) / 1_000n, value + 1n)
}

function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}

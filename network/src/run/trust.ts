// Which trust the pool of a network sells, and which of it takes as many of its workers as possible.
import { workerWeight, workersNeeded } from '@iexec/protocol'

/** The pool sells no more, however well its workers are known. */
const MOST_TRUST = 2n ** 20n

/**
 * What the pool promises: every power of two from the trust that all its workers reach when nobody knows them yet. The scheduler
 * offers those that they reach now.
 *
 * @example
 * trustsSold(18) // [262144n, 524288n, 1048576n]
 */
export function trustsSold(workers: number): readonly bigint[] {
  const trusts = [2n ** BigInt(workers)]
  for (let next = 2n ** BigInt(workers + 1); next <= MOST_TRUST; next *= 2n) trusts.push(next)
  return trusts
}

/** What is asked of a pool, and how many of its workers it takes when those vote first who are known best. */
export type AskedTrust = { readonly trust: bigint; readonly needed: number }

/**
 * The highest trust on sale that workers reach together, by their scores. Each of them at least doubles the weight, so it takes all
 * of them, until fewer reach the highest that is sold at all.
 *
 * @example
 * trustOf([0n, 0n, 0n]) // { trust: 8n, needed: 3 }
 */
export function trustOf(scores: readonly bigint[]): AskedTrust {
  const weight = scores.reduce((product, score) => product * workerWeight(score), 1n)
  const trust = trustsSold(scores.length).findLast((one) => one <= weight) ?? 1n
  const best = scores.toSorted((one, other) => Number(other - one))
  return { trust, needed: workersNeeded(trust, best) ?? scores.length }
}

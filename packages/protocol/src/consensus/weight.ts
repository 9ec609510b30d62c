// What one worker's voice counts, by the score that he earned with accurate contributions.

/** Score at and below which a worker counts as new: weight 2. */
const SCORE_PER_WEIGHT = 3n
const LEAST_ODDS = 3n

/**
 * The influence of a worker on consensus: `max(score / 3, 3) - 1`, rounded down. A new worker weighs 2.
 *
 * The weight is the odds that the worker is right: weight w stands for a probability of 1 / (w + 1) to be wrong.
 *
 * @param score what `viewScore` says; grows by 1 with an accurate contribution, shrinks by a third with a faulty one
 * @example
 * workerWeight(0n) // 2n
 * workerWeight(12n) // 3n
 */
export function workerWeight(score: bigint): bigint {
  const odds = score / SCORE_PER_WEIGHT
  return (odds > LEAST_ODDS ? odds : LEAST_ODDS) - 1n
}

/**
 * The share that a weight earns in the reward: floor(log2(weight)). It is what the hub stores in a contribution.
 *
 * Weights multiply in a group, so their logarithms add up: a worker is paid for the number of halvings of doubt he brought.
 *
 * @param weight at least 1
 * @throws RangeError when the weight is below 1
 * @example
 * logWeight(2n) // 1n
 * logWeight(7n) // 2n
 */
export function logWeight(weight: bigint): bigint {
  if (weight < 1n) throw new RangeError(`A weight is at least 1, not ${weight}.`)
  return BigInt(weight.toString(2).length - 1)
}

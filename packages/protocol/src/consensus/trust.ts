// What a trust level means, and how many workers it takes.
//
// The rule is credibility-based voting: L. F. G. Sarmenta, "Sabotage-Tolerance Mechanisms for Volunteer Computing
// Systems", CCGrid 2001 / Future Generation Computer Systems 18(4), 2002. There the credibility of a group of equal
// results is, by Bayes,
//
//   Cr(a) = P(a right) * Π_{i≠a} P(i wrong) / ( Π_i P(i wrong) + Σ_i P(i right) * Π_{k≠i} P(k wrong) )
//
// with P(g right) = Π_{j in g} c_j and P(g wrong) = Π_{j in g} (1 - c_j), where c_j is the credibility of worker j.
// Divide both sides by Π_j (1 - c_j) over all workers, and call w_j = c_j / (1 - c_j) the odds that worker j is right:
//
//   Cr(a) = G_a / (1 + Σ_i G_i) = G_a / total,   G_g = Π_{j in g} w_j
//
// These are the hub's group and total: a weight is odds, the product is a group, the leading 1 is the world in which
// everybody is wrong. So `G * trust > total * (trust - 1)` says exactly `1 - Cr < 1 / trust`.
//
// What is assumed, and therefore what the number is worth:
//   1. Each worker errs independently of the others, with probability 1 / (weight + 1).
//      For weight = max(score / 3, 3) - 1 that is about min(1/3, 3/score): the "rule of three", which bounds from above,
//      with 95 % confidence, a failure rate that showed no failure in `score` trials. (The reading is ours; a score that
//      had its falls is only near it.) A stranger is trusted two times in three.
//   2. Right workers agree (the app is deterministic).
//   3. The worst about the wrong ones: that they agree with one another costs them nothing. Scattered errors only make
//      a wrong consensus less likely than this number says.
// Workers who conspire break the first assumption. Against them stand the stake, and the scheduler who picks the workers.
import { workerWeight } from './weight.ts'

/**
 * The likelihood that a result is wrong in spite of the votes for it: `1 - group / total`, a number from 0 to 1.
 *
 * A deal of trust t reaches consensus when this is below 1 / t. It is a statement about independent errors; see this file's head.
 *
 * @param group weight behind the result, part of `total`
 * @example
 * wrongConsensusLikelihood(4n, 5n) // 0.2: two new workers who agree
 */
export function wrongConsensusLikelihood(group: bigint, total: bigint): number {
  return ratio(total - group, total)
}

/**
 * The likelihood that a single worker is wrong, as his score lets him be believed: `1 / (weight + 1)`.
 *
 * @example
 * wrongVoteLikelihood(0n) // 0.333…: a new worker
 * wrongVoteLikelihood(300n) // 0.01
 */
export function wrongVoteLikelihood(score: bigint): number {
  return ratio(1n, workerWeight(score) + 1n)
}

/**
 * The highest trust for which these votes are a consensus: `(total - 1) / (total - group)`, rounded down; at least 1 once anybody voted.
 *
 * @param group weight behind the result, part of `total` and therefore smaller than it
 * @example
 * highestTrust(4n, 5n) // 4n
 */
export function highestTrust(group: bigint, total: bigint): bigint {
  return (total - 1n) / (total - group)
}

/**
 * The least group weight that makes a consensus: `(trust - 1) * (1 + weight of all other groups) + 1`.
 *
 * @param others sum of the weights of the groups that disagree
 * @example
 * weightNeeded(5n) // 5n: three new workers, 2 * 2 * 2
 * weightNeeded(5n, 2n) // 13n: one new worker disagreed
 */
export function weightNeeded(trust: bigint, others: bigint = 0n): bigint {
  const atLeastOne = trust > 1n ? trust : 1n
  return (atLeastOne - 1n) * (1n + others) + 1n
}

/**
 * How many of these workers it takes, asked in this order and all of one mind; `undefined` when all of them are not enough.
 *
 * The fewest workers come from asking the highest scores first.
 *
 * @param scores of the workers who could be asked
 * @param others sum of the weights of the groups that already disagree
 * @example
 * workersNeeded(100n, [300n, 0n]) // 2: 99 * 2 reaches 100
 * workersNeeded(100n, [0n, 0n]) // undefined
 */
export function workersNeeded(trust: bigint, scores: readonly bigint[], others: bigint = 0n): number | undefined {
  const needed = weightNeeded(trust, others)
  let group = 1n
  for (const [index, score] of scores.entries()) {
    group *= workerWeight(score)
    if (group >= needed) return index + 1
  }
  return undefined
}

/**
 * How many workers whom nobody knows yet it takes when all agree: the least n with 2^n >= trust, and at least one.
 *
 * @example
 * newWorkersNeeded(100n) // 7
 */
export function newWorkersNeeded(trust: bigint): number {
  return trust <= 2n ? 1 : (trust - 1n).toString(2).length
}

// Both sides may be hundreds of bits long, which a double carries up to 2^1023; above that both lose the same low bits.
function ratio(part: bigint, whole: bigint): number {
  const excess = BigInt(Math.max(0, whole.toString(2).length - 1000))
  return Number(part >> excess) / Number(whole >> excess)
}

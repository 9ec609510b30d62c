// The votes on one task: how much weight stands behind each result, and when one of them is enough.
import type { Hex } from 'viem'
import { logWeight, workerWeight } from './weight.ts'

/** One vote as consensus sees it: the result hash that a worker contributes, and the worker's score at that moment. */
export type ScoredVote = { readonly resultHash: Hex; readonly score: bigint }

/**
 * The votes so far. `groups` holds the weight of each result hash (lower case), 0 when it was reopened;
 * `total` is 1 plus the sum of all groups: the 1 stands for "nobody is right".
 */
export type Votes = { readonly groups: ReadonlyMap<string, bigint>; readonly total: bigint }

/** What one vote did. `logWeight` is the voter's share in the reward; `group` is the weight behind the result after it. */
export type VoteOutcome = { readonly votes: Votes; readonly group: bigint; readonly logWeight: bigint }

/** How a task starts: no vote, total 1. */
export const NO_VOTES: Votes = { groups: new Map(), total: 1n }

/** The hub keeps group weights in 176 bits. */
export const MAX_GROUP_WEIGHT: bigint = 2n ** 176n - 1n

/** The weight behind a result; 0 without a vote, and after a reopening. */
export function groupWeight(votes: Votes, resultHash: Hex): bigint {
  return votes.groups.get(resultHash.toLowerCase()) ?? 0n
}

/**
 * Adds one vote. The weight of a group is the product of its members' weights, so `total` grows by `max(group, 1) * weight - group`.
 *
 * Nothing is refused here: a task's `contribute` guards the hub's limits.
 *
 * @example
 * contributeVote(NO_VOTES, { resultHash, score: 0n }) // { votes: { …, total: 3n }, group: 2n, logWeight: 1n }
 */
export function contributeVote(votes: Votes, vote: ScoredVote): VoteOutcome {
  const weight = workerWeight(vote.score)
  const before = groupWeight(votes, vote.resultHash)
  const group = (before > 1n ? before : 1n) * weight
  return {
    votes: withGroup(votes, vote.resultHash, group),
    group,
    logWeight: logWeight(weight),
  }
}

/** Takes a result out of the race, as a reopening does: its weight returns to 0, and a later vote for it starts again at 1. */
export function withdrawGroup(votes: Votes, resultHash: Hex): Votes {
  return withGroup(votes, resultHash, 0n)
}

/**
 * Whether one result outweighs everything else enough: `group * trust > total * (trust - 1)`, strictly.
 *
 * Read as a probability: `1 - group / total < 1 / trust` (see `wrongConsensusLikelihood`). Trust 0 is taken as 1.
 *
 * @param group weight behind the result, part of `total`
 * @example
 * hasConsensus(2n, 3n, 2n) // true: one new worker is enough for trust 2
 * hasConsensus(2n, 3n, 3n) // false
 */
export function hasConsensus(group: bigint, total: bigint, trust: bigint): boolean {
  const atLeastOne = trust > 1n ? trust : 1n
  return group * atLeastOne > total * (atLeastOne - 1n)
}

function withGroup(votes: Votes, resultHash: Hex, group: bigint): Votes {
  const groups = new Map(votes.groups).set(resultHash.toLowerCase(), group)
  return { groups, total: votes.total + group - groupWeight(votes, resultHash) }
}

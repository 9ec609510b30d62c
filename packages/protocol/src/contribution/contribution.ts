// One worker's vote on one task, from the commitment to its fate.
import type { Address, Hex } from 'viem'

/**
 * Where a vote stands: `contributed` = committed; `proved` = the digest behind it was revealed;
 * `rejected` = its result won and nobody revealed it, so the task was reopened.
 */
export type ContributionStatus = 'contributed' | 'proved' | 'rejected'

/** The numbers of the states in the ABI. */
export const CONTRIBUTION_STATUS_CODES = { unset: 0, contributed: 1, proved: 2, rejected: 3 } as const

/** A committed vote. `weight` is the stored one: floor(log2) of the worker's weight, 0 on the one-transaction path. */
export type Contribution = {
  readonly worker: Address
  readonly status: ContributionStatus
  readonly resultHash: Hex
  readonly resultSeal: Hex
  readonly enclaveChallenge: Address
  readonly weight: bigint
}

/** Whether the worker proved that he had the digest: he gets his stake back and a share. */
export function isProvedContribution(contribution: Contribution): boolean {
  return contribution.status === 'proved'
}

/** Whether the vote still counts for a result: it was neither revealed nor rejected yet. */
export function isPendingContribution(contribution: Contribution): boolean {
  return contribution.status === 'contributed'
}

/** Whether the vote is for a result, by its hash in any case of letters. */
export function isVoteFor(contribution: Contribution, resultHash: Hex): boolean {
  return contribution.resultHash.toLowerCase() === resultHash.toLowerCase()
}

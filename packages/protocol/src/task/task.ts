// One run of a deal, and everything that the hub remembers of it.
import type { Address, Hex } from 'viem'
import type { Votes } from '../consensus/votes.ts'
import type { Contribution } from '../contribution/contribution.ts'
import type { Deal } from '../deal/deal.ts'
import type { DealId, Instant, TaskId } from '../ids.ts'
import { isSameAddress } from '../order/terms.ts'

/** What the votes agreed on, and how far its revealing is. */
export type Consensus = {
  /** The result hash that won. */
  readonly value: Hex
  readonly revealDeadline: Instant
  /** How many contributors voted for it and may reveal. */
  readonly winners: number
  readonly reveals: number
  /** The digest behind the hash; `undefined` until somebody reveals. */
  readonly resultDigest: Hex | undefined
}

type Opened = {
  readonly id: TaskId
  readonly deal: DealId
  readonly terms: Deal
  readonly index: bigint
  readonly contributionDeadline: Instant
  readonly finalDeadline: Instant
  /** In the order of the votes. Rejected ones stay. */
  readonly contributions: readonly Contribution[]
  readonly votes: Votes
}

/** A task that nobody initialized yet. */
export type UnsetTask = { readonly status: 'unset'; readonly id: TaskId }
/** Workers may contribute. */
export type ActiveTask = Opened & { readonly status: 'active' }
/** A result won; those who voted for it publish the digest. */
export type RevealingTask = Opened & { readonly status: 'revealing'; readonly consensus: Consensus }
/** Finished and paid. */
export type CompletedTask = Opened & {
  readonly status: 'completed'
  readonly consensus: Consensus
  readonly results: Hex
  readonly resultsCallback: Hex
}
/** Claimed after its final deadline; the price went back. `consensus` is there when the task had reached one. */
export type FailedTask = Opened & { readonly status: 'failed'; readonly consensus: Consensus | undefined }

/** A task in one of its five states: unset → active ⇄ revealing → completed, or failed. */
export type Task = UnsetTask | ActiveTask | RevealingTask | CompletedTask | FailedTask

export type TaskStatus = Task['status']

/** The numbers of the states in the ABI. */
export const TASK_STATUS_CODES = { unset: 0, active: 1, revealing: 2, completed: 3, failed: 4 } as const

/** Whether nothing can happen to the task any more. */
export function isFinalTask<One extends { readonly status: TaskStatus }>(
  task: One,
): task is Extract<One, { readonly status: 'completed' | 'failed' }> {
  return task.status === 'completed' || task.status === 'failed'
}

/** A worker's vote on a task; `undefined` when he has none. */
export function contributionOf(task: Task, worker: Address): Contribution | undefined {
  if (task.status === 'unset') return undefined
  return task.contributions.find((contribution) => isSameAddress(contribution.worker, worker))
}

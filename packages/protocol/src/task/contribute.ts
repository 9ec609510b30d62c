// active → active or revealing: a worker commits a vote and locks his stake; it may be the one that makes the consensus.
import type { Hex } from 'viem'
import { MAX_GROUP_WEIGHT, contributeVote, hasConsensus } from '../consensus/votes.ts'
import type { VoteOutcome } from '../consensus/votes.ts'
import { isVoteFor, isPendingContribution } from '../contribution/contribution.ts'
import type { Contribution } from '../contribution/contribution.ts'
import { hasPassed, revealDeadline } from '../deal/deadline.ts'
import type { Instant } from '../ids.ts'
import { whyNotAuthorized } from './authorization.ts'
import type { AuthorizationClaim } from './authorization.ts'
import { done, refused } from './step.ts'
import type { TaskEffect, TaskRefusal, TaskStep } from './step.ts'
import { contributionOf } from './task.ts'
import type { ActiveTask, RevealingTask, Task } from './task.ts'

/** A task takes no more workers than this. */
export const MAX_CONTRIBUTORS = 255

/** A vote with what the hub knows of the worker at that moment. `freeStake` is in nRLC. */
export type ContributeCall = AuthorizationClaim & {
  readonly score: bigint
  readonly freeStake: bigint
  readonly now: Instant
}

/** Commits a vote. Reaching the consensus counts the winners, starts the reveal and announces it. */
export function contributeToTask(task: Task, call: ContributeCall): TaskStep<ActiveTask | RevealingTask> {
  if (task.status !== 'active') return refused({ reason: 'TaskNotActive', task: task.id, status: task.status })
  const outcome = contributeVote(task.votes, call)
  const refusal = whyNotContributed(task, call, outcome)
  if (refusal !== undefined) return refused(refusal)

  const { worker, resultHash, resultSeal, enclaveChallenge } = call
  const contribution: Contribution = {
    worker,
    status: 'contributed',
    resultHash,
    resultSeal,
    enclaveChallenge,
    weight: outcome.logWeight,
  }
  const voted: ActiveTask = { ...task, contributions: [...task.contributions, contribution], votes: outcome.votes }
  const effects: readonly TaskEffect[] = [
    { do: 'lock', account: worker, amount: task.terms.workerStake },
    { do: 'announce', event: 'TaskContribute', taskid: task.id, worker, hash: resultHash },
  ]
  return hasConsensus(outcome.group, outcome.votes.total, task.terms.trust)
    ? done(revealing(voted, resultHash, call.now), [
        ...effects,
        { do: 'announce', event: 'TaskConsensus', taskid: task.id, consensus: resultHash },
      ])
    : done(voted, effects)
}

function whyNotContributed(task: ActiveTask, call: ContributeCall, outcome: VoteOutcome): TaskRefusal | undefined {
  const { worker, freeStake, now } = call
  const deadline = task.contributionDeadline
  if (hasPassed(deadline, now)) return { reason: 'ContributionDeadlineReached', time: now, deadline }
  const earlier = contributionOf(task, worker)
  if (earlier !== undefined) return { reason: 'AlreadyContributed', worker, status: earlier.status }
  const count = task.contributions.length
  if (count >= MAX_CONTRIBUTORS) return { reason: 'TooManyContributors', count, max: MAX_CONTRIBUTORS }
  const unauthorized = whyNotAuthorized(task, call)
  if (unauthorized !== undefined) return unauthorized

  if (outcome.group > MAX_GROUP_WEIGHT)
    return { reason: 'GroupWeightOutOfRange', weight: outcome.group, max: MAX_GROUP_WEIGHT }
  const needed = task.terms.workerStake
  if (freeStake < needed) return { reason: 'InsufficientStake', account: worker, free: freeStake, needed }
  return undefined
}

function revealing(task: ActiveTask, value: Hex, now: Instant): RevealingTask {
  const winners = task.contributions.filter(
    (contribution) => isPendingContribution(contribution) && isVoteFor(contribution, value),
  ).length
  return {
    ...task,
    status: 'revealing',
    consensus: { value, revealDeadline: revealDeadline(task.terms, now), winners, reveals: 0, resultDigest: undefined },
  }
}

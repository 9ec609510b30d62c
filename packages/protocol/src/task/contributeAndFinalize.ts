// active → completed in one transaction: for trust 1, by the only worker, without stake and without a change of score.
import type { Address, Hex } from 'viem'
import type { Contribution } from '../contribution/contribution.ts'
import { sealVote } from '../contribution/seal.ts'
import type { Vote } from '../contribution/seal.ts'
import { hasPassed, revealDeadline } from '../deal/deadline.ts'
import { oneTransactionSplit } from '../escrow/settlement.ts'
import type { Instant } from '../ids.ts'
import { whyNotAuthorized } from './authorization.ts'
import type { ContributionSignatures } from './authorization.ts'
import { deliveries, whyNotDelivered } from './callback.ts'
import type { Delivery } from './callback.ts'
import { done, refused } from './step.ts'
import type { TaskEffect, TaskRefusal, TaskStep } from './step.ts'
import type { ActiveTask, CompletedTask, Task } from './task.ts'

/** A digest with its results and signatures, when it comes, and what the kitty's account has locked (nRLC). */
export type ContributeAndFinalizeCall = ContributionSignatures &
  Delivery & {
    readonly worker: Address
    readonly resultDigest: Hex
    readonly kittyLocked: bigint
    readonly now: Instant
  }

/** Contributes, proves and finalizes at once. */
export function contributeAndFinalizeTask(task: Task, call: ContributeAndFinalizeCall): TaskStep<CompletedTask> {
  if (task.status !== 'active') return refused({ reason: 'TaskNotActive', task: task.id, status: task.status })
  const proof = sealVote(call.worker, task.id, call.resultDigest)
  const refusal = whyNotFinished(task, call, proof)
  if (refusal !== undefined) return refused(refusal)

  const { worker, resultDigest, enclaveChallenge, results, resultsCallback } = call
  // Without a vote there is no weight: the whole share is his anyway.
  const contribution: Contribution = { worker, status: 'proved', ...proof, enclaveChallenge, weight: 0n }
  const completed: CompletedTask = {
    ...task,
    status: 'completed',
    contributions: [contribution],
    consensus: {
      value: proof.resultHash,
      revealDeadline: revealDeadline(task.terms, call.now),
      winners: 1,
      reveals: 1,
      resultDigest,
    },
    results,
    resultsCallback,
  }
  return done(completed, [
    ...oneTransactionSplit({ id: task.id, deal: task.terms }, worker, call.kittyLocked),
    ...announcements(completed, worker, resultDigest),
    ...deliveries(task.terms, task.id, resultsCallback),
  ])
}

function whyNotFinished(task: ActiveTask, call: ContributeAndFinalizeCall, proof: Vote): TaskRefusal | undefined {
  const { now } = call
  const deadline = task.contributionDeadline
  if (hasPassed(deadline, now)) return { reason: 'ContributionDeadlineReached', time: now, deadline }
  const count = task.contributions.length
  if (count > 0) return { reason: 'ContributorsPresent', count }
  const { trust } = task.terms
  if (trust !== 1n) return { reason: 'TrustNotOne', trust }
  const undeliverable = whyNotDelivered(task.terms, call.resultDigest, call.resultsCallback)
  return undeliverable ?? whyNotAuthorized(task, { ...call, ...proof })
}

function announcements(task: CompletedTask, worker: Address, digest: Hex): readonly TaskEffect[] {
  const { id: taskid, results } = task
  const hash = task.consensus.value
  return [
    { do: 'announce', event: 'TaskContribute', taskid, worker, hash },
    { do: 'announce', event: 'TaskConsensus', taskid, consensus: hash },
    { do: 'announce', event: 'TaskReveal', taskid, worker, digest },
    { do: 'announce', event: 'TaskFinalize', taskid, results },
  ]
}

// revealing → revealing: a winner publishes the digest behind his vote, which proves that he had it when he voted.
import type { Address, Hex } from 'viem'
import { isVoteFor, isPendingContribution } from '../contribution/contribution.ts'
import type { Contribution } from '../contribution/contribution.ts'
import { hasPassed } from '../deal/deadline.ts'
import type { Instant } from '../ids.ts'
import { isSameAddress } from '../order/terms.ts'
import { resultHash, resultSeal } from '../contribution/seal.ts'
import { done, refused } from './step.ts'
import type { TaskRefusal, TaskStep } from './step.ts'
import { contributionOf } from './task.ts'
import type { RevealingTask, Task } from './task.ts'

/** Who reveals which digest, and when. */
export type RevealCall = { readonly worker: Address; readonly resultDigest: Hex; readonly now: Instant }

/** Reveals a digest: the contribution is proved, and the task knows the digest. */
export function revealTask(task: Task, call: RevealCall): TaskStep<RevealingTask> {
  if (task.status !== 'revealing') return refused({ reason: 'TaskNotRevealing', task: task.id, status: task.status })
  const refusal = whyNotRevealed(task, call)
  if (refusal !== undefined) return refused(refusal)

  const { worker, resultDigest } = call
  const { consensus } = task
  return done(
    {
      ...task,
      contributions: task.contributions.map((one) =>
        isSameAddress(one.worker, worker) ? { ...one, status: 'proved' } : one,
      ),
      consensus: { ...consensus, reveals: consensus.reveals + 1, resultDigest },
    },
    [{ do: 'announce', event: 'TaskReveal', taskid: task.id, worker, digest: resultDigest }],
  )
}

function whyNotRevealed(task: RevealingTask, call: RevealCall): TaskRefusal | undefined {
  const { worker, now } = call
  const deadline = task.consensus.revealDeadline
  if (hasPassed(deadline, now)) return { reason: 'RevealDeadlineReached', time: now, deadline }
  const contribution = contributionOf(task, worker)
  if (contribution === undefined || !isPendingContribution(contribution)) {
    return { reason: 'ContributionNotRevealable', worker, status: contribution?.status ?? 'unset' }
  }
  return whyNotProved(task, contribution, call.resultDigest)
}

function whyNotProved(task: RevealingTask, contribution: Contribution, digest: Hex): TaskRefusal | undefined {
  const consensus = task.consensus.value
  if (!isVoteFor(contribution, consensus))
    return { reason: 'NotInConsensus', contributed: contribution.resultHash, consensus }
  const hash = resultHash(task.id, digest)
  if (!isVoteFor(contribution, hash)) return { reason: 'DigestHashMismatch', contributed: consensus, revealed: hash }
  const seal = resultSeal(contribution.worker, task.id, digest)
  if (seal !== contribution.resultSeal.toLowerCase()) {
    return { reason: 'DigestSealMismatch', contributed: contribution.resultSeal, revealed: seal }
  }
  return undefined
}

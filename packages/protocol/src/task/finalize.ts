// revealing → completed: the scheduler publishes the results, and everybody is paid.
import type { Address, Hex } from 'viem'
import { successSplit } from '../escrow/settlement.ts'
import type { Instant } from '../ids.ts'
import { deliveries, whyNotDelivered } from './callback.ts'
import type { Delivery } from './callback.ts'
import { hasEnoughReveals } from './deadline.ts'
import { asScheduled } from './scheduler.ts'
import { done, refused } from './step.ts'
import type { TaskStep } from './step.ts'
import type { CompletedTask, Task } from './task.ts'

/** Who finalizes with which results, and when; `kittyLocked` is what the kitty's account has locked, in nRLC. */
export type FinalizeCall = Delivery & { readonly caller: Address; readonly kittyLocked: bigint; readonly now: Instant }

// What the hub compares callback data with while nobody has revealed. It never gets there: finalizing needs a reveal.
const NO_DIGEST: Hex = '0x0000000000000000000000000000000000000000000000000000000000000000'

/** Finalizes a task. `results` itself is not bound to the digest: whoever downloads the result recomputes the digest. */
export function finalizeTask(task: Task, call: FinalizeCall): TaskStep<CompletedTask> {
  const scheduled = asScheduled(task, call)
  if (!scheduled.ok) return scheduled
  const revealing = scheduled.task
  const { reveals, winners, revealDeadline, resultDigest } = revealing.consensus
  if (!hasEnoughReveals(revealing.consensus, call.now))
    return refused({ reason: 'RevealsMissing', reveals, winners, revealDeadline })
  const { results, resultsCallback, kittyLocked } = call
  const undeliverable = whyNotDelivered(revealing.terms, resultDigest ?? NO_DIGEST, resultsCallback)
  if (undeliverable !== undefined) return refused(undeliverable)

  const { id, terms } = revealing
  return done({ ...revealing, status: 'completed', results, resultsCallback }, [
    ...successSplit({ id, deal: terms }, revealing.contributions, kittyLocked),
    { do: 'announce', event: 'TaskFinalize', taskid: id, results },
    ...deliveries(terms, id, resultsCallback),
  ])
}

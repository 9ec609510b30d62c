// revealing → active: nobody of the winners revealed in time, so their result is rejected and contributing goes on.
import type { Address } from 'viem'
import { withdrawGroup } from '../consensus/votes.ts'
import { isVoteFor } from '../contribution/contribution.ts'
import { hasPassed } from '../deal/deadline.ts'
import type { Instant } from '../ids.ts'
import { asScheduled } from './scheduler.ts'
import { done, refused } from './step.ts'
import type { TaskStep } from './step.ts'
import type { ActiveTask, Task } from './task.ts'

/** Who reopens, and when. */
export type ReopenCall = { readonly caller: Address; readonly now: Instant }

/**
 * Reopens a task. Those who voted for the rejected result stay in the list: they cannot vote again, and lose their stake
 * at finalize. The contribution deadline does not move.
 */
export function reopenTask(task: Task, call: ReopenCall): TaskStep<ActiveTask> {
  const scheduled = asScheduled(task, call)
  if (!scheduled.ok) return scheduled
  const revealing = scheduled.task
  const { value, reveals, revealDeadline } = revealing.consensus
  if (reveals > 0) return refused({ reason: 'RevealsPresent', count: reveals })
  if (!hasPassed(revealDeadline, call.now)) {
    return refused({ reason: 'RevealDeadlineNotReached', time: call.now, deadline: revealDeadline })
  }

  const { consensus: _, ...opened } = revealing
  const active: ActiveTask = {
    ...opened,
    status: 'active',
    contributions: revealing.contributions.map((one) => (isVoteFor(one, value) ? { ...one, status: 'rejected' } : one)),
    votes: withdrawGroup(revealing.votes, value),
  }
  return done(active, [{ do: 'announce', event: 'TaskReopen', taskid: task.id }])
}

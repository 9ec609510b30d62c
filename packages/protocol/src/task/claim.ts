// active or revealing → failed: after the final deadline anyone may end an unfinished task, so that nobody's money stays in it.
import { hasPassed } from '../deal/deadline.ts'
import { failureSplit } from '../escrow/settlement.ts'
import type { Instant } from '../ids.ts'
import { done, refused } from './step.ts'
import type { TaskStep } from './step.ts'
import type { FailedTask, Task } from './task.ts'

/** Declares a task failed: the sponsor and all contributors get their money back, the pool owner's stake goes to the kitty. */
export function claimTask(task: Task, now: Instant): TaskStep<FailedTask> {
  if (task.status !== 'active' && task.status !== 'revealing') {
    return refused({ reason: 'TaskNotClaimable', task: task.id, status: task.status })
  }
  const deadline = task.finalDeadline
  if (!hasPassed(deadline, now)) return refused({ reason: 'FinalDeadlineNotReached', time: now, deadline })

  const consensus = task.status === 'revealing' ? task.consensus : undefined
  const workers = task.contributions.map(({ worker }) => worker)
  return done({ ...task, status: 'failed', consensus }, [
    ...failureSplit({ id: task.id, deal: task.terms }, workers),
    { do: 'announce', event: 'TaskClaimed', taskid: task.id },
  ])
}

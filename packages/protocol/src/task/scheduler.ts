// What only the pool owner may do, to a revealing task, before its final deadline.
import type { Address } from 'viem'
import { hasPassed } from '../deal/deadline.ts'
import type { Instant } from '../ids.ts'
import { isSameAddress } from '../order/terms.ts'
import { refused } from './step.ts'
import type { TaskRefusal } from './step.ts'
import type { RevealingTask, Task } from './task.ts'

/** The task as one that the caller may finalize or reopen as far as he and the clock go, or why he may not. */
export type ScheduledTask =
  | { readonly ok: true; readonly task: RevealingTask }
  | { readonly ok: false; readonly refusal: TaskRefusal }

/** Checks, in this order: the task has begun, the caller owned the workerpool at the match, the task is revealing, and not over. */
export function asScheduled(task: Task, call: { readonly caller: Address; readonly now: Instant }): ScheduledTask {
  const { caller, now } = call
  if (task.status === 'unset') return refused({ reason: 'TaskNotRevealing', task: task.id, status: task.status })
  const { owner } = task.terms.workerpool
  if (!isSameAddress(caller, owner)) return refused({ reason: 'NotTheScheduler', caller, owner })
  if (task.status !== 'revealing') return refused({ reason: 'TaskNotRevealing', task: task.id, status: task.status })
  const deadline = task.finalDeadline
  return hasPassed(deadline, now)
    ? refused({ reason: 'FinalDeadlineReached', time: now, deadline })
    : { ok: true, task }
}

// What only the pool owner may do, and only before the task's final deadline.
import type { Address } from 'viem'
import { hasPassed } from '../deal/deadline.ts'
import type { Instant } from '../ids.ts'
import { isSameAddress } from '../order/terms.ts'
import type { TaskRefusal } from './step.ts'
import { schedulerOf } from './task.ts'
import type { RevealingTask } from './task.ts'

/** Why a caller may not finalize or reopen a revealing task, if he may not. */
export function whyNotScheduled(
  task: RevealingTask,
  call: { readonly caller: Address; readonly now: Instant },
): TaskRefusal | undefined {
  const owner = schedulerOf(task)
  if (!isSameAddress(call.caller, owner)) return { reason: 'NotTheScheduler', caller: call.caller, owner }
  const deadline = task.finalDeadline
  return hasPassed(deadline, call.now) ? { reason: 'FinalDeadlineReached', time: call.now, deadline } : undefined
}

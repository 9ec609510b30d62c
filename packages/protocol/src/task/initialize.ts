// unset → active: a task of a deal begins. Anyone may do it, even late: a claim needs it.
import { NO_VOTES } from '../consensus/votes.ts'
import { contributionDeadline, finalDeadline } from '../deal/deadline.ts'
import { hasTaskIndex } from '../deal/deal.ts'
import type { Deal } from '../deal/deal.ts'
import type { DealId } from '../ids.ts'
import { done, refused } from './step.ts'
import type { TaskStep } from './step.ts'
import type { ActiveTask, Task } from './task.ts'

/** Which task to begin: the deal, its terms (`undefined` when the hub knows no such deal), and the index. */
export type InitializeCall = { readonly deal: DealId; readonly terms: Deal | undefined; readonly index: bigint }

/** Begins a task. No deadline is checked. */
export function initializeTask(task: Task, call: InitializeCall): TaskStep<ActiveTask> {
  const { deal, terms, index } = call
  if (terms === undefined) return refused({ reason: 'DealNotFound', deal })
  if (!hasTaskIndex(terms, index))
    return refused({ reason: 'IndexOutOfDeal', index, first: terms.botFirst, size: terms.botSize })
  if (task.status !== 'unset') return refused({ reason: 'TaskAlreadyInitialized', task: task.id })

  const active: ActiveTask = {
    status: 'active',
    id: task.id,
    deal,
    terms,
    index,
    contributionDeadline: contributionDeadline(terms),
    finalDeadline: finalDeadline(terms),
    contributions: [],
    votes: NO_VOTES,
  }
  return done(active, [
    { do: 'announce', event: 'TaskInitialize', taskid: task.id, workerpool: terms.workerpool.pointer },
  ])
}

// What the clock allows for a task: the questions that a scheduler, a worker or a keeper asks before it sends anything.
import type { Address } from 'viem'
import { isVoteFor, isPendingContribution } from '../contribution/contribution.ts'
import { hasPassed } from '../deal/deadline.ts'
import type { Instant } from '../ids.ts'
import { contributionOf } from './task.ts'
import type { TaskRecord } from './decodeTask.ts'
import type { Task } from './task.ts'

/** The next moment at which the clock alone changes what can be done with a task, and what ends then. */
export type NextDeadline = { readonly ends: 'contributing' | 'revealing' | 'task'; readonly at: Instant }

/** Whether anyone may declare the task failed now: it is unfinished, and its final deadline has come. */
export function isClaimable(task: Task | TaskRecord, now: Instant): boolean {
  return (task.status === 'active' || task.status === 'revealing') && hasPassed(task.finalDeadline, now)
}

/** Whether a worker may contribute as far as the clock and his earlier vote go. */
export function isContributable(task: Task, worker: Address, now: Instant): boolean {
  return (
    task.status === 'active' && !hasPassed(task.contributionDeadline, now) && contributionOf(task, worker) === undefined
  )
}

/** Whether a worker may reveal now: his vote won, he has not revealed, and there is time left. */
export function isRevealable(task: Task, worker: Address, now: Instant): boolean {
  if (task.status !== 'revealing' || hasPassed(task.consensus.revealDeadline, now)) return false
  const contribution = contributionOf(task, worker)
  return (
    contribution !== undefined && isPendingContribution(contribution) && isVoteFor(contribution, task.consensus.value)
  )
}

/** Whether the scheduler may finalize now: every winner revealed, or at least one did and the others' time is over. */
export function isFinalizable(task: Task | TaskRecord, now: Instant): boolean {
  if (task.status !== 'revealing' || hasPassed(task.finalDeadline, now)) return false
  return hasEnoughReveals(task.consensus, now)
}

/** Whether reveals suffice to finalize. */
export function hasEnoughReveals(
  consensus: { readonly reveals: number; readonly winners: number; readonly revealDeadline: Instant },
  now: Instant,
): boolean {
  const { reveals, winners, revealDeadline } = consensus
  return reveals === winners || (reveals > 0 && hasPassed(revealDeadline, now))
}

/** Whether the scheduler may reopen now: nobody revealed in time, and the task is not over. */
export function isReopenable(task: Task | TaskRecord, now: Instant): boolean {
  if (task.status !== 'revealing' || hasPassed(task.finalDeadline, now)) return false
  return task.consensus.reveals === 0 && hasPassed(task.consensus.revealDeadline, now)
}

/**
 * The next deadline that lies ahead; `undefined` for a task that is unset, final, or past its final deadline.
 *
 * @example
 * nextDeadline(activeTask, now) // { ends: 'contributing', at: 3100n }
 */
export function nextDeadline(task: Task | TaskRecord, now: Instant): NextDeadline | undefined {
  if (task.status !== 'active' && task.status !== 'revealing') return undefined
  const sooner: NextDeadline =
    task.status === 'active'
      ? { ends: 'contributing', at: task.contributionDeadline }
      : { ends: 'revealing', at: task.consensus.revealDeadline }
  const ahead: readonly NextDeadline[] = [sooner, { ends: 'task', at: task.finalDeadline }]
  return ahead.filter(({ at }) => !hasPassed(at, now)).toSorted((one, other) => Number(one.at - other.at))[0]
}

// The transactions of a task's life beside its end by a result: begin, begin the vote again, claim.
import type { Hex } from 'viem'
import type { StepCommand } from './command.ts'
import { NOTHING, atChain, type TaskDecision } from './scene.ts'
import type { Now, SentSnapshot, TaskSnapshot } from './snapshot.ts'

/** Whether a transaction may be decided: neither on its way nor resting after a failure. */
export function isDue(sent: SentSnapshot | undefined, now: Now): boolean {
  return sent === undefined || (sent.state === 'failed' && sent.retryAt <= now.ms)
}

/** When a transaction that failed may be tried again. */
export function restsUntil(sent: SentSnapshot | undefined): number {
  return sent?.state === 'failed' ? sent.retryAt : Infinity
}

/** Begins a task that waits to be begun. */
export function initializeOf(task: TaskSnapshot, now: Now): TaskDecision {
  return task.status === 'unset' ? step('initialize', task, { name: `initialize:${task.id}`, now }) : NOTHING
}

/**
 * Begins the vote again when its agreement was revealed by nobody. After the end of contributions that would help nobody, and
 * cost the pool a transaction and the winners their stake.
 */
export function reopenOf(task: TaskSnapshot, now: Now): TaskDecision {
  const { consensus, deal } = task
  if (consensus === undefined || consensus.reveals > 0 || now.chain >= deal.contributionDeadline) return NOTHING
  const { revealDeadline } = consensus
  if (now.chain < revealDeadline) return { ...NOTHING, wakeAt: atChain(revealDeadline, now) }
  return step('reopen', task, { name: `reopen:${task.id}:${revealDeadline}`, now })
}

/** Ends a task whose time is over, so that its money goes back. */
export function claimOf(task: TaskSnapshot, now: Now): TaskDecision {
  return step('claim', task, { name: `claim:${task.id}`, now })
}

function step(
  what: StepCommand['do'],
  { id, sent }: { readonly id: Hex; readonly sent: TaskSnapshot['sent'] },
  { name, now }: { readonly name: string; readonly now: Now },
): TaskDecision {
  const before = sent.get(name)
  if (!isDue(before, now)) return { ...NOTHING, wakeAt: restsUntil(before) }
  return { ...NOTHING, commands: [{ do: what, key: name, task: id }] }
}

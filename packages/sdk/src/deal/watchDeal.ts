// Follows all tasks of a deal until the last one has ended.
import type { Hex } from 'viem'
import type { Context } from '../context.ts'
import { newBlocks } from '../task/watchTask.ts'
import { momentOf } from '../task/moment.ts'
import type { NextMoment } from '../task/taskState.ts'
import { readProgress, type DealProgress, type KnownTasks } from './dealProgress.ts'
import { showDeal, type ShownDeal } from './showDeal.ts'

/** Where a deal stands. */
export type DealState = DealProgress & {
  readonly deal: ShownDeal
  /** `completed`: every task has a result. `ended`: all are over, and some have none. */
  readonly status: 'running' | 'completed' | 'ended'
  /** One sentence: what is waited for, or how it ended. */
  readonly reason: string
  readonly nextDeadline: NextMoment | undefined
}

/**
 * The states of a deal as they come: the present one first, then each change, until all of its tasks have ended.
 *
 * @throws IexecError as `showDeal` and `countTasks` do; `Aborted`
 * @example
 * for await (const { completed, total, reason } of watchDeal(context, dealid)) console.log(`${completed}/${total}: ${reason}`)
 */
export async function* watchDeal(
  context: Context,
  dealid: Hex,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<DealState, void> {
  const deal = await showDeal(context, dealid)
  let known: KnownTasks = new Map()
  let sight = ''
  for await (const _ of newBlocks(context, signal)) {
    const read = await readProgress(context, deal, known)
    known = read.known
    const state = dealStateOf(deal, read.progress, read.now)
    const now = JSON.stringify([
      state.tasks.map(({ statusName }) => statusName),
      state.reason,
      state.nextDeadline?.what,
    ])
    if (now !== sight) yield state
    sight = now
    if (state.status !== 'running') return
  }
}

/** Where a deal stands, from the counts of its tasks and the time. */
export function dealStateOf(deal: ShownDeal, progress: DealProgress, now: bigint): DealState {
  const { total, completed, waiting } = progress
  const status = waiting > 0 ? 'running' : completed === total ? 'completed' : 'ended'
  return { ...progress, deal, status, reason: reasonOf(deal, progress), nextDeadline: nextMoment(deal, progress, now) }
}

function reasonOf(deal: ShownDeal, { total, completed, failed, claimable, waiting }: DealProgress): string {
  const done = `${completed} of ${total} ${total === 1 ? 'task is' : 'tasks are'} completed`
  if (waiting > 0) return `${done}; the others have time until ${momentOf(deal.finalDeadline)}.`
  if (completed === total) return `${done}.`
  const lost = [
    claimable > 0 ? `${claimable} can be claimed` : '',
    failed > 0 ? `${failed} ${failed === 1 ? 'was' : 'were'} claimed` : '',
  ]
  return `${done}, ${lost.filter((words) => words !== '').join(', ')}.`
}

function nextMoment(deal: ShownDeal, { waiting }: DealProgress, now: bigint): NextMoment | undefined {
  if (waiting === 0) return undefined
  const ahead: readonly NextMoment[] = [
    { at: deal.contributionDeadline, what: 'nobody can contribute any more' },
    { at: deal.finalDeadline, what: 'unfinished tasks can be claimed, and their price goes back to who paid' },
  ]
  return ahead.find(({ at }) => at > now)
}

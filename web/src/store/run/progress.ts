// The steps of a run, for people: what is done, what goes on, what is still to come.
import type { RunState } from '@iexec/sdk'

/** The steps, in their order; words for them are `store:progress.<step>`. */
export const STEPS = ['bought', 'computing', 'revealing', 'ended'] as const

/** One of them. */
export type Step = (typeof STEPS)[number]

/**
 * Which step of a run of one task goes on.
 *
 * @returns `ended` when nothing goes on any more
 * @example
 * stepOf(state) // 'computing'
 */
export function stepOf({ status, tasks }: Pick<RunState, 'status' | 'tasks'>): Step {
  if (status !== 'running') return 'ended'
  const names = tasks.map(({ statusName }) => statusName)
  if (names.includes('REVEALING')) return 'revealing'
  return names.includes('ACTIVE') ? 'computing' : 'bought'
}

/** Why a run waits, or how it ended: a sentence of `task:why`, or of many tasks how many are done. */
export type Why =
  | { readonly sentence: 'unset' | 'noVotes' | 'completed' | 'fruitless' | 'failed' | 'claimable' }
  | { readonly sentence: 'votes'; readonly count: number; readonly agree: number; readonly trust: string }
  | { readonly sentence: 'revealing'; readonly count: number; readonly reveals: number }
  | { readonly sentence: 'many'; readonly count: number; readonly done: number }

/**
 * Why a run waits, or how it ended.
 *
 * @example
 * whyOf(state) // { sentence: 'noVotes' }
 */
export function whyOf({ task, total, completed }: Pick<RunState, 'task' | 'total' | 'completed'>): Why {
  if (task === undefined) return { sentence: 'many', count: total, done: completed }
  if (task.isTimedOut) return { sentence: 'claimable' }
  const { record, contributions, failure, deal } = task
  if (record.status === 'completed') return { sentence: failure === undefined ? 'completed' : 'fruitless' }
  if (record.status === 'revealing') {
    return { sentence: 'revealing', count: record.consensus.winners, reveals: record.consensus.reveals }
  }
  if (record.status !== 'active') return { sentence: record.status }
  if (contributions.length === 0) return { sentence: 'noVotes' }
  return {
    sentence: 'votes',
    count: contributions.length,
    agree: largestGroup(contributions),
    trust: String(deal.trust),
  }
}

type Votes = NonNullable<RunState['task']>['contributions']

/** How many of the votes that still count are for the same. */
function largestGroup(votes: Votes): number {
  const groups = new Map<string, number>()
  for (const { resultHash, status } of votes) {
    if (status !== 'rejected') groups.set(resultHash, (groups.get(resultHash) ?? 0) + 1)
  }
  return Math.max(0, ...groups.values())
}

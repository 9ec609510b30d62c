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

// How a worker's score follows from what became of his contributions.
import type { Address } from 'viem'
import type { TaskId } from '../ids.ts'

/** What a finalized task says of a contribution. */
export type Verdict = 'accurate' | 'faulty'

/** A score that changes, and the event that tells of it: `AccurateContribution` or `FaultyContribution`. */
export type ScoreChange = {
  readonly do: 'judge'
  readonly worker: Address
  readonly task: TaskId
  readonly verdict: Verdict
}

/**
 * The score after a verdict: one more for an accurate contribution, two thirds (rounded down) after a faulty one.
 *
 * @example
 * nextScore(4n, 'faulty') // 2n
 */
export function nextScore(score: bigint, verdict: Verdict): bigint {
  return verdict === 'accurate' ? score + 1n : (score * 2n) / 3n
}

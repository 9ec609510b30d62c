// How far the votes of a task are from a consensus, and which more places it takes.
import { weightNeeded } from '@iexec/protocol'
import type { VoteSnapshot } from './snapshot.ts'

/** What stands between the votes and a consensus. */
export type Race = {
  /** Weight of the strongest result; 1 without a vote. */
  readonly best: bigint
  /** Weight that it needs, when nobody else disagrees. */
  readonly needed: bigint
}

/**
 * Where the votes of an open task stand.
 *
 * The chain says itself when there is a consensus. So as long as it says that there is none, there is none, even if the weights
 * that were noted add up: a score may have changed between its reading and the vote. Then one more voter is asked.
 *
 * @example
 * raceOf(5n, []) // { best: 1n, needed: 5n }
 */
export function raceOf(trust: bigint, votes: readonly VoteSnapshot[]): Race {
  const groups = new Map<string, bigint>()
  for (const { hash, weight, status } of votes) {
    if (status === 'rejected') continue
    groups.set(hash, (groups.get(hash) ?? 1n) * weight)
  }
  const weights = [...groups.values()]
  const best = weights.reduce((most, weight) => (weight > most ? weight : most), 0n)
  const others = weights.reduce((sum, weight) => sum + weight, 0n) - best
  const group = best === 0n ? 1n : best
  const needed = weightNeeded(trust, others)
  return { best: group, needed: group >= needed && best > 0n ? group + 1n : needed }
}

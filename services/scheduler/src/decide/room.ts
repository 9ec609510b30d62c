// How many places a worker is trusted with: few at first, and more with each task that ended with its vote.

/** What a worker holds, and what it has shown. */
export type Holding = {
  /** Places that it says it has. */
  readonly stated: number
  /** Tasks that ended with its vote: in this pool, and in all of them by its score. */
  readonly proved: number
  /** Places at which it computes, by its own words. */
  readonly computing: number
  /** Places for which the chain has no vote of it yet, those at which it computes among them. */
  readonly unvoted: number
}

/** A worker that says it has computed gets the next place while its vote is on its way: up to so many times what it may compute. */
export const AHEAD = 8

/** Places at once for a worker that has proved nothing, unless the pool says otherwise. */
export const TRIAL_PLACES = 2

/**
 * How many places a worker may be given now. Words cost nothing: whatever it states, and says that it has computed, one that has
 * proved nothing holds only a few tasks of others, and cannot take a bag with it when it vanishes.
 *
 * @param trial places at once for who has proved nothing, 1 or more
 * @example
 * roomOf({ stated: 64, proved: 0, computing: 0, unvoted: 0 }, 2) // 2
 * roomOf({ stated: 64, proved: 20, computing: 0, unvoted: 0 }, 2) // 22
 */
export function roomOf({ stated, proved, computing, unvoted }: Holding, trial: number): number {
  const trusted = trial + proved
  return Math.max(0, Math.min(Math.min(stated, trusted) - computing, AHEAD * trusted - unvoted))
}

// Chance that replays: one number decides all choices of a move.

/** Answers drawn from one seed, one after the other; the same seed gives the same answers. */
export type Choices = {
  /** From 0 to `sides - 1`. */
  readonly roll: (sides: number) => number
  readonly oneIn: (chances: number) => boolean
  /** One of the values, of which there must be one. */
  readonly pick: <Value>(values: readonly Value[]) => Value
  /** One of the values, or `undefined` when there is none. */
  readonly pickAny: <Value>(values: readonly Value[]) => Value | undefined
}

/**
 * Choices from a seed (mulberry32, Tommy Ettinger 2017, public domain).
 *
 * @example
 * choicesFrom(7).pick(['app', 'dataset'])
 */
export function choicesFrom(seed: number): Choices {
  let state = seed | 0
  const roll = (sides: number): number => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
  const pickAny = <Value>(values: readonly Value[]): Value | undefined => values[roll(Math.max(values.length, 1))]
  const pick = <Value>(values: readonly Value[]): Value => {
    if (values.length === 0) throw new Error('There is nothing to pick from.')
    return values[roll(values.length)] as Value
  }
  return { roll, oneIn: (chances) => roll(chances) === 0, pick, pickAny }
}

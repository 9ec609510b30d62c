// How many blocks are read at once: more while answers are quick, fewer when they are too large.

/** The number of blocks of the next range; it follows from how the ranges before went. */
export type RangeSize = {
  readonly blocks: () => number
  /** A range was read. */
  readonly answered: (range: { readonly ms: number; readonly blocks: number; readonly logs: number }) => void
  /** A range of so many blocks was too much for the node, for the network or for this process. */
  readonly refused: (blocks: number) => void
}

const FIRST = 64
const QUICK_MS = 500
const SLOW_MS = 5_000
/** A range is one step for the follower, and up to three of them are in memory. */
const FEW_LOGS = 5_000
const MANY_LOGS = 20_000
/** After so many good answers, a size that was refused is tried again: a node may only have been busy. */
const PATIENCE = 64

/** Starts small, and never goes beyond `max` blocks. */
export function adaptRange(max: number): RangeSize {
  let size = Math.min(FIRST, max)
  let ceiling = max
  let answersSinceRefusal = 0
  return {
    blocks: () => size,
    answered: ({ ms, blocks, logs }) => {
      answersSinceRefusal += 1
      if (answersSinceRefusal % PATIENCE === 0) ceiling = Math.min(max, ceiling * 2)
      if (ms > SLOW_MS || logs > MANY_LOGS) size = Math.max(1, size >> 1)
      // A range that was cut short by the head says nothing about longer ones.
      else if (blocks >= size && ms < QUICK_MS && logs < FEW_LOGS) size = Math.min(ceiling, size * 2)
    },
    refused: (blocks) => {
      answersSinceRefusal = 0
      size = Math.max(1, blocks >> 1)
      ceiling = size
    },
  }
}

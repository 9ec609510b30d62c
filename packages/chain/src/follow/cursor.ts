// The blocks by which a reorganisation is noticed: all of the youngest, and ever fewer of the older ones.
import type { BlockRef } from './steps.ts'

/** A list of blocks, oldest first, that stays small however long it grows. */
export type Cursor = {
  readonly last: () => BlockRef | undefined
  /** The youngest block at this height or below. */
  readonly atOrBelow: (height: number) => BlockRef | undefined
  readonly blocksBelow: (height: number) => readonly BlockRef[]
  readonly push: (blocks: readonly BlockRef[]) => void
  /** Forgets everything after the block; everything when there is none. */
  readonly cutAfter: (block: BlockRef | undefined) => void
}

/** Of the older blocks, one is kept for each such share of their age. */
const SHARES_OF_AGE = 32

/** Starts with the blocks that are known already. The youngest `ring` heights are kept in full. */
export function openCursor(known: readonly BlockRef[], ring: number): Cursor {
  const limit = 4 * ring + 2_048
  let blocks = thin(known.map(toRef), ring)
  return {
    last: () => blocks.at(-1),
    atOrBelow: (height) => blocks.findLast(({ number }) => number <= height),
    blocksBelow: (height) => blocks.filter(({ number }) => number < height),
    push: (more) => {
      for (const block of more) blocks.push(toRef(block))
      if (blocks.length > limit) blocks = thin(blocks, ring)
    },
    cutAfter: (block) => {
      blocks = block === undefined ? [] : blocks.filter(({ number }) => number <= block.number)
    },
  }
}

/** Of the block alone: its logs would stay in memory for as long as the cursor. */
function toRef({ number, hash }: BlockRef): BlockRef {
  return { number, hash }
}

/**
 * Drops older blocks, so that the gap before a block is a small share of its age: a deep rollback then goes back only a little
 * further than it must.
 *
 * @example
 * thin(blocks, 256).length // about 256 + 32 for each doubling of the age
 */
export function thin(blocks: readonly BlockRef[], ring: number): BlockRef[] {
  const youngest = blocks.at(-1)?.number ?? 0
  return blocks.filter(({ number }, index) => {
    const next = blocks[index + 1]
    const age = youngest - number
    if (next === undefined || age < ring) return true
    const gap = Math.max(1, Math.floor((ring * 2 ** Math.floor(Math.log2(age / ring))) / SHARES_OF_AGE))
    // The youngest block of each gap stays.
    return Math.floor(number / gap) !== Math.floor(next.number / gap)
  })
}

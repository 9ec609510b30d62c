// The chain's clock between two blocks.
import type { Now } from '../decide/snapshot.ts'

/** A clock that is set by each block and runs on by itself. */
export type ChainClock = {
  /** @param timestamp seconds since 1970 of a block that was just seen */
  readonly set: (timestamp: number) => void
  readonly now: () => Now
}

/** Opens a clock; before the first block it is this machine's. */
export function openClock(ms: () => number = Date.now): ChainClock {
  let ahead = 0
  return {
    set: (timestamp) => {
      ahead = timestamp * 1_000 - ms()
    },
    now: () => {
      const now = ms()
      return { ms: now, chain: Math.floor((now + ahead) / 1_000) }
    },
  }
}

// When the next block is due: the only clock of a local chain. Without anything to do there is no next block.

/** What decides when a block is due. */
export type Pace = {
  /** Time of the youngest block, in seconds since 1970. */
  readonly head: number
  /** When it was mined, in milliseconds since 1970; undefined when that was before this program began. */
  readonly minedAt: number | undefined
  /** Whether a transaction waits that can be mined. */
  readonly isWaiting: boolean
  /** In seconds since 1970: at each of them something becomes possible that was not before. Past ones may stay among them. */
  readonly deadlines: readonly number[]
}

const SECOND_MS = 1_000
/**
 * When the next block is due, in milliseconds since 1970; not before now. `undefined`: never, as things are.
 *
 * A transaction that waits is mined at once, or at the first moment of the next second when this one has its block. Each
 * deadline has a block at its very second or, when that is taken or past, right after it.
 *
 * @example
 * nextBlockAt({ head: 100, minedAt: 100_300, isWaiting: true, deadlines: [] }, 100_400) // 101_000
 * nextBlockAt({ head: 100, minedAt: 100_300, isWaiting: false, deadlines: [170] }, 100_400) // 170_000
 */
export function nextBlockAt(pace: Pace, now: number): number | undefined {
  if (pace.isWaiting) return earliestAt(pace, now)
  const next = nextDeadline(pace)
  return next === undefined ? undefined : Math.max(next * SECOND_MS, earliestAt(pace, now))
}

/** The first deadline that no block has reached. */
function nextDeadline({ head, deadlines }: Pick<Pace, 'head' | 'deadlines'>): number | undefined {
  // One by one: there may be more of them than a call takes arguments.
  return deadlines.reduce<number | undefined>(
    (first, at) => (at > head && (first === undefined || at < first) ? at : first),
    undefined,
  )
}

/** At most one block to each second. A clock that was turned back must not stop the chain until it is where it was. */
function earliestAt({ head, minedAt }: Pace, now: number): number {
  const afterHead = (head + 1) * SECOND_MS
  const afterMined = minedAt === undefined ? afterHead : minedAt + SECOND_MS
  const earliest = Math.min(afterHead, afterMined)
  return earliest > now + SECOND_MS ? now : Math.max(earliest, now)
}

/**
 * The time of a block that is mined now, in seconds since 1970: that of the clock, and always later than the block before.
 *
 * Blocks that lie back by so many seconds leave room for others after them, which then need not wait for the clock.
 *
 * @example
 * blockTime({ head: 100, secondsBack: 0 }, 250_900) // 250
 * blockTime({ head: 100, secondsBack: 60 }, 250_900) // 190
 */
export function blockTime(
  { head, secondsBack }: { readonly head: number; readonly secondsBack: number },
  now: number,
): number {
  return Math.max(head + 1, Math.floor(now / SECOND_MS) - secondsBack)
}

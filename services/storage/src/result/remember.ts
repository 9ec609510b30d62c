// Answers that are asked for again and again are remembered for a moment.

/** A question whose answers are remembered. */
export type Remembered<Key, Answer> = {
  /** Who asks while the same is being asked gets the same answer. What failed, or is `undefined`, is not remembered. */
  readonly get: (key: Key) => Promise<Answer | undefined>
  /** Returns whether there was something to forget. */
  readonly forget: (key: Key) => boolean
}

/** How many answers, how long in milliseconds, and by which clock, that never goes back. */
export type MemoryOptions = { readonly most: number; readonly ms: number; readonly now: () => number }

/**
 * Remembers the answers to a question.
 *
 * @example
 * const deals = remember(readDeal, { most: 1_000, ms: 10_000, now: () => performance.now() })
 * await deals.get(id)
 */
export function remember<Key, Answer>(
  ask: (key: Key) => Promise<Answer | undefined>,
  { most, ms, now }: MemoryOptions,
): Remembered<Key, Answer> {
  const known = new Map<Key, { readonly answer: Promise<Answer | undefined>; readonly until: number }>()
  return {
    get: async (key) => {
      const before = known.get(key)
      if (before !== undefined && now() < before.until) return before.answer
      const entry = { answer: ask(key), until: now() + ms }
      known.delete(key)
      known.set(key, entry)
      const [oldest] = known.keys()
      if (known.size > most && oldest !== undefined) known.delete(oldest)
      const drop = (): void => {
        if (known.get(key) === entry) known.delete(key)
      }
      entry.answer.then((answer) => answer === undefined && drop(), drop)
      return entry.answer
    },
    forget: (key) => known.delete(key),
  }
}

// Answers that are asked for again and again are remembered for a moment.

/** A question whose answers are remembered. */
export type Remembered<Key, Answer> = {
  /** Who asks while the same is being asked gets the same answer. What failed, or is `undefined`, is not remembered. */
  readonly get: (key: Key) => Promise<Answer | undefined>
  /** Whether it has an answer that somebody got before: who asks now is told that one. */
  readonly has: (key: Key) => boolean
  readonly forget: (key: Key) => void
}

/** How many answers, how long in milliseconds, and by which clock, that never goes back. */
export type MemoryOptions = { readonly most: number; readonly ms: number; readonly now: () => number }

type Entry<Answer> = { readonly answer: Promise<Answer | undefined>; readonly until: number; isAnswered: boolean }

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
  const known = new Map<Key, Entry<Answer>>()
  const find = (key: Key): Entry<Answer> | undefined => {
    const entry = known.get(key)
    return entry !== undefined && now() < entry.until ? entry : undefined
  }
  return {
    get: async (key) => {
      const before = find(key)
      if (before !== undefined) return before.answer
      const entry: Entry<Answer> = { answer: ask(key), until: now() + ms, isAnswered: false }
      known.delete(key)
      known.set(key, entry)
      const [oldest] = known.keys()
      if (known.size > most && oldest !== undefined) known.delete(oldest)
      const drop = (): void => {
        if (known.get(key) === entry) known.delete(key)
      }
      entry.answer.then((answer) => (answer === undefined ? drop() : (entry.isAnswered = true)), drop)
      return entry.answer
    },
    has: (key) => find(key)?.isAnswered ?? false,
    forget: (key) => {
      known.delete(key)
    },
  }
}

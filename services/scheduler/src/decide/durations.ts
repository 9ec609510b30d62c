// How long places take, learned from those that were: by app and category, the latest ones only.

/** Durations by name of what they are of, in milliseconds. */
export type Durations = {
  readonly note: (names: readonly string[], ms: number) => void
  /** What nine of ten took at most; undefined before enough are known. */
  readonly usual: (names: readonly string[]) => number | undefined
}

const KEPT = 64
const ENOUGH = 5
const SHARE = 0.9
const MOST_NAMES = 10_000

/**
 * Learns durations. The first of the names that is known well enough decides: name the particular before the general.
 *
 * @example
 * durations.note(['app 0xaa 0', 'category 0'], 1_200)
 * durations.usual(['app 0xaa 0', 'category 0']) // undefined until five are known
 */
export function learnDurations(): Durations {
  const known = new Map<string, number[]>()
  return {
    note: (names, ms) => {
      for (const name of names) {
        const list = known.get(name) ?? []
        known.delete(name)
        known.set(name, [...list.slice(1 - KEPT), ms])
      }
      if (known.size > MOST_NAMES) known.delete(known.keys().next().value ?? '')
    },
    usual: (names) => {
      const list = names.map((name) => known.get(name)).find((one) => (one?.length ?? 0) >= ENOUGH)
      if (list === undefined) return undefined
      return list.toSorted((one, other) => one - other)[Math.ceil(list.length * SHARE) - 1]
    },
  }
}

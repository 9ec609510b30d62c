// So many results at a time for each storage: one that is slow or silent holds up nobody who can go elsewhere.

/** The places that storages have for results of this worker. */
export type Turns = {
  /** The first of these storages with room; when none has, whichever has room next. Has to be given back. */
  readonly take: (storages: ReadonlySet<string>) => Promise<string>
  readonly giveBack: (storage: string) => void
}

type Waiting = { readonly storages: ReadonlySet<string>; readonly enter: (storage: string) => void }

/**
 * Opens the places.
 *
 * @example
 * const turns = openTurns(4)
 * const storage = await turns.take(new Set(['https://one.example', 'https://two.example']))
 * turns.giveBack(storage)
 */
export function openTurns(places: number): Turns {
  const taken = new Map<string, number>()
  const waiting = new Set<Waiting>()
  const countAt = (storage: string): number => taken.get(storage) ?? 0
  return {
    take: async (storages) => {
      const free = [...storages].find((storage) => countAt(storage) < places)
      if (free !== undefined) {
        taken.set(free, countAt(free) + 1)
        return free
      }
      const { promise, resolve } = Promise.withResolvers<string>()
      waiting.add({ storages, enter: resolve })
      return promise
    },
    giveBack: (storage) => {
      const next = [...waiting].find(({ storages }) => storages.has(storage))
      if (next === undefined) {
        taken.set(storage, countAt(storage) - 1)
        return
      }
      // The place goes from hand to hand.
      waiting.delete(next)
      next.enter(storage)
    },
  }
}

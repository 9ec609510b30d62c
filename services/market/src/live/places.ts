// Places for those who listen, by sockets or streams: so many for one address, so that nobody takes those of all others.

/** What one address, and one listener, may take up. */
export type ListenerLimits = {
  /** Sockets and streams that one address may have open at a time. */
  readonly perAddress: number
  /** Bytes that may wait for one listener. */
  readonly backlogBytes: number
}

export const usualListenerLimits: ListenerLimits = { perAddress: 50, backlogBytes: 1_000_000 }

/** Who has how many. This machine itself, which has no address here, is not counted. */
export type Places = ListenerLimits & {
  readonly isFull: (client: string | undefined) => boolean
  /** Takes a place; returns how to give it back, or `undefined` when the client has as many as it may. */
  readonly enter: (client: string | undefined) => (() => void) | undefined
}

/**
 * Begins to count.
 *
 * @example
 * const places = openPlaces({ perAddress: 50, backlogBytes: 1_000_000 })
 * const leave = places.enter(clientOf(asker))
 */
export function openPlaces(limits: ListenerLimits): Places {
  const taken = new Map<string, number>()
  const isFull = (client: string | undefined): boolean =>
    client !== undefined && (taken.get(client) ?? 0) >= limits.perAddress
  return {
    ...limits,
    isFull,
    enter: (client) => {
      if (isFull(client)) return undefined
      if (client === undefined) return () => undefined
      taken.set(client, (taken.get(client) ?? 0) + 1)
      let isGone = false
      return () => {
        if (isGone) return
        isGone = true
        const left = (taken.get(client) ?? 0) - 1
        if (left === 0) taken.delete(client)
        else taken.set(client, left)
      }
    },
  }
}

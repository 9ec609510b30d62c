// Looks at the storages of the pool: while none takes its results, its workers would work for nothing, and its stake is at risk.
import { pause, whyNotStored, type ResultsOf } from '@iexec/service'

/** The storages of a pool, as they were seen last. */
export type Storages = {
  /** Why none of them takes results; undefined while one does, before the first look, and when none was named. */
  readonly trouble: () => string | undefined
  /** Why one of them takes none; undefined when it does. */
  readonly troubleOf: (url: string) => string | undefined
  /** Resolves when all have been looked at once. */
  readonly seen: Promise<void>
  /** Hears whenever `trouble` has come or gone; returns what ends that. */
  readonly onTurn: (listen: () => void) => () => void
}

/** Which storages, of whose results, and who hears what changes with one. */
export type StorageWatch = {
  readonly urls: readonly string[]
  readonly results: ResultsOf
  readonly onChange: (url: string, trouble: string | undefined) => void
  readonly signal: AbortSignal
  /** Milliseconds from one look to the next: after the first trouble, and while all is well. */
  readonly pauses?: { readonly first: number; readonly longest: number }
}

const PAUSES = { first: 250, longest: 30_000 }

/**
 * Watches storages until the signal aborts.
 *
 * @example
 * const storages = watchStorages({ urls, results: { chainId, hub, workerpool }, onChange, signal })
 * await storages.seen
 * if (storages.trouble() === undefined) sell()
 */
export function watchStorages({ urls, results, onChange, signal, pauses = PAUSES }: StorageWatch): Storages {
  const troubles = new Map<string, string | undefined>()
  const listeners = new Set<() => void>()
  const trouble = (): string | undefined => {
    const all = urls.flatMap((url) => troubles.get(url) ?? [])
    return urls.length > 0 && all.length === urls.length ? all.join(' ') : undefined
  }
  const note = (url: string, now: string | undefined): void => {
    const [before, wasGone] = [troubles.get(url), trouble() !== undefined]
    troubles.set(url, now)
    if (before !== now) onChange(url, now)
    if (wasGone !== (trouble() !== undefined)) for (const listen of listeners) listen()
  }
  const look = async (url: string): Promise<string | undefined> => {
    const now = await whyNotStored(url, results, signal)
    if (!signal.aborted) note(url, now)
    return now
  }
  const watch = async (url: string, first: Promise<string | undefined>): Promise<void> => {
    let now = await first
    let pauseMs = pauses.first
    while (!signal.aborted) {
      await pause(now === undefined ? pauses.longest : pauseMs, signal)
      // Who has just gone may be back in a moment.
      pauseMs = now === undefined ? pauses.first : Math.min(pauses.longest, pauseMs * 2)
      if (!signal.aborted) now = await look(url)
    }
  }
  const firsts = urls.map((url) => ({ url, first: look(url) }))
  for (const { url, first } of firsts) void watch(url, first)
  return {
    trouble,
    troubleOf: (url) => troubles.get(url),
    seen: Promise.all(firsts.map(async ({ first }) => first)).then(() => undefined),
    onTurn: (listen) => {
      listeners.add(listen)
      return () => {
        listeners.delete(listen)
      }
    },
  }
}

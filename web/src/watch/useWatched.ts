// What is watched on the chain of the page, in components: all windows of the site see the same.
import { useMemo } from 'react'
import { nameOfWatched, useKept } from '../show/kept.ts'
import { useChain } from '../site/chain.tsx'
import { readKept } from '../site/kept.ts'
import { keyOf, readWatched, withOne, withoutOne, writeWatched, type Watched } from './watched.ts'

/** What is watched, and how to change that. */
export type Watching = {
  readonly watched: readonly Watched[]
  readonly watch: (one: Watched) => void
  readonly letGo: (one: Watched) => void
  /** Keeps how things are now, by their keys. */
  readonly see: (seen: ReadonlyMap<string, string>) => void
}

/**
 * What is watched on the chain of the page.
 *
 * @example
 * const { watched, watch } = useWatched()
 */
export function useWatched(): Watching {
  const name = nameOfWatched(useChain())
  const [text, keepText] = useKept(name)
  const watched = useMemo(() => readWatched(text), [text])
  // Another window may have changed it since this one was drawn.
  const change = (next: (watched: readonly Watched[]) => readonly Watched[]): void => {
    keepText(writeWatched(next(readWatched(readKept(name)))))
  }
  return {
    watched,
    watch: (one) => {
      change((all) => withOne(all, one))
    },
    letGo: (one) => {
      change((all) => withoutOne(all, one))
    },
    see: (seen) => {
      change((all) => all.map((one) => ({ ...one, ...seenIn(seen, one) })))
    },
  }
}

function seenIn(seen: ReadonlyMap<string, string>, one: Watched): Pick<Watched, 'seen'> {
  const now = seen.get(keyOf(one))
  return now === undefined ? {} : { seen: now }
}

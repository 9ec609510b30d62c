// Choices about how things are shown, kept in the browser: on the next visit they are as they were left.
import { useSyncExternalStore } from 'react'
import { keep, readKept } from '../site/kept.ts'

/** What one may choose for all pages: all digits of ids, exact times, amounts in nRLC, and no key that leads to the search. */
export type Choice = 'long-ids' | 'exact-times' | 'nano' | 'no-slash'

/**
 * Whether something was chosen, and how to choose.
 *
 * @example
 * const [areLong, setLong] = useChoice('long-ids')
 */
export function useChoice(choice: Choice): readonly [boolean, (isChosen: boolean) => void] {
  const isChosen = useSyncExternalStore(watch, () => readKept(choice) === 'yes')
  return [
    isChosen,
    (wish) => {
      keep(choice, wish ? 'yes' : undefined)
      for (const tell of watchers) tell()
    },
  ]
}

const watchers = new Set<() => void>()

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  // Another window of the same site may choose, too.
  window.addEventListener('storage', watcher)
  return () => {
    watchers.delete(watcher)
    window.removeEventListener('storage', watcher)
  }
}

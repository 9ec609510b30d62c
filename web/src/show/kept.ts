// Choices about how things are shown, kept in the browser: on the next visit they are as they were left.
import { useSyncExternalStore } from 'react'

/** What one may choose for all pages: all digits of ids, and exact times. */
export type Choice = 'long-ids' | 'exact-times'

/**
 * Whether something was chosen, and how to choose.
 *
 * @example
 * const [areLong, setLong] = useChoice('long-ids')
 */
export function useChoice(choice: Choice): readonly [boolean, (isChosen: boolean) => void] {
  const isChosen = useSyncExternalStore(watch, () => localStorage.getItem(choice) === 'yes')
  return [isChosen, SETTERS[choice]]
}

const SETTERS: { readonly [C in Choice]: (isChosen: boolean) => void } = {
  'long-ids': (isChosen) => {
    keep('long-ids', isChosen)
  },
  'exact-times': (isChosen) => {
    keep('exact-times', isChosen)
  },
}

const watchers = new Set<() => void>()

function keep(choice: Choice, isChosen: boolean): void {
  if (isChosen) localStorage.setItem(choice, 'yes')
  else localStorage.removeItem(choice)
  for (const tell of watchers) tell()
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher)
  // Another window of the same site may choose, too.
  window.addEventListener('storage', watcher)
  return () => {
    watchers.delete(watcher)
    window.removeEventListener('storage', watcher)
  }
}

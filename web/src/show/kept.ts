// Choices about how things are shown, kept in the browser: on the next visit they are as they were left.
import { useSyncExternalStore } from 'react'
import type { Chain } from '../site/config.ts'
import { keep, readKept } from '../site/kept.ts'

/** What one may choose for all pages: all digits, exact times, amounts in nRLC, no key to the search, notices outside of the page. */
export type Choice = 'long-ids' | 'exact-times' | 'nano' | 'no-slash' | 'notify'

/**
 * A text that is kept in this browser, and how to keep another one; `undefined` forgets it.
 *
 * @example
 * const [text, keepText] = useKept('theme')
 */
export function useKept(name: string): readonly [string | undefined, (text: string | undefined) => void] {
  const text = useSyncExternalStore(watch, () => readKept(name))
  return [
    text,
    (wish) => {
      keep(name, wish)
      for (const tell of watchers) tell()
    },
  ]
}

/**
 * Whether something was chosen, and how to choose.
 *
 * @example
 * const [areLong, setLong] = useChoice('long-ids')
 */
export function useChoice(choice: Choice): readonly [boolean, (isChosen: boolean) => void] {
  const [text, keepText] = useKept(choice)
  return [
    text === 'yes',
    (wish) => {
      keepText(wish ? 'yes' : undefined)
    },
  ]
}

/**
 * The name under which it is kept what somebody watches on a chain: on another one it is nothing.
 *
 * @example
 * const [text] = useKept(nameOfWatched(chain))
 */
export function nameOfWatched({ slug }: Pick<Chain, 'slug'>): string {
  return `watched ${slug}`
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

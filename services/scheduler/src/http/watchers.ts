// Who listens to a task while it goes on: each change of its state, and each piece of what its app writes.
import type { Hex } from 'viem'
import type { LogText } from '../book/book.ts'

/** What a listener hears. */
export type Heard =
  | { readonly type: 'changed' }
  | {
      readonly type: 'logged'
      readonly worker: Hex
      readonly stream: 'stdout' | 'stderr'
      readonly offset: number
      readonly text: string
    }
  /** The process stops, or listening took too long. */
  | { readonly type: 'closed' }

/** Listeners, by task. */
export type Watchers = {
  readonly changed: (task: Hex) => void
  readonly logged: (log: LogText, text: string) => void
  /** Listens until what it returns is called; undefined when too many listen already. */
  readonly watch: (task: Hex, listen: (heard: Heard) => void) => (() => void) | undefined
  readonly count: () => number
  readonly close: () => void
}

const MOST_WATCHERS = 10_000

/** Nobody listens yet. */
export function openWatchers(): Watchers {
  const byTask = new Map<Hex, Set<(heard: Heard) => void>>()
  let count = 0
  const tell = (task: Hex, heard: Heard): void => {
    for (const listen of byTask.get(task) ?? []) listen(heard)
  }
  return {
    changed: (task) => {
      tell(task, { type: 'changed' })
    },
    logged: ({ task, worker, stream, offset }, text) => {
      tell(task, { type: 'logged', worker, stream, offset: offset - text.length, text })
    },
    watch: (task, listen) => {
      if (count >= MOST_WATCHERS) return undefined
      const set = byTask.get(task) ?? new Set()
      byTask.set(task, set.add(listen))
      count += 1
      return () => {
        if (!set.delete(listen)) return
        count -= 1
        if (set.size === 0) byTask.delete(task)
      }
    },
    count: () => count,
    close: () => {
      for (const task of byTask.keys()) tell(task, { type: 'closed' })
    },
  }
}

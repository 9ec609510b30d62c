// Why what a page shows may be old, as far as it can know.

/** A chain is a few blocks ahead at any moment. */
const USUAL_LAG = 5

/** Whether a market tells how things were some time ago; null when it cannot know, undefined while it was not asked. */
export function isBehind(lag: number | null | undefined): lag is number {
  return typeof lag === 'number' && lag > USUAL_LAG
}

/** What makes one doubt what is shown; the most certain cause first. */
export type Doubt =
  | { readonly is: 'offline' | 'silent' | 'blind' | 'unheard' }
  | { readonly is: 'behind'; readonly blocks: number }

/** What is known of the way from the chain to the page. */
export type Way = {
  /** Whether this machine has a connection at all. */
  readonly isOnline: boolean
  /** Whether the market answered the last time it was asked. */
  readonly isAnswering: boolean
  /** Whether news come in, or were stopped by whoever looks. */
  readonly isHeard: boolean
  /** How many blocks the market is behind its chain; null when it cannot reach it, undefined while it was not asked. */
  readonly lag: number | null | undefined
}

/**
 * Why what is shown may be old; `undefined` when nothing speaks for it.
 *
 * @example
 * findDoubt({ isOnline: true, isAnswering: true, isHeard: true, lag: 500 }) // { is: 'behind', blocks: 500 }
 */
export function findDoubt({ isOnline, isAnswering, isHeard, lag }: Way): Doubt | undefined {
  if (!isOnline) return { is: 'offline' }
  if (!isAnswering) return { is: 'silent' }
  if (lag === null) return { is: 'blind' }
  if (isBehind(lag)) return { is: 'behind', blocks: lag }
  return isHeard ? undefined : { is: 'unheard' }
}

// One line in the log for one outage, however many requests run into it.

/** When nothing was heard of it for so long, it is over. */
const QUIET_MS = 60_000

/**
 * Whether a failure is the first of an outage.
 *
 * @example
 * const isFirst = watchOutages(Date.now)
 * if (isFirst()) log.warn('The database does not answer.')
 */
export function watchOutages(now: () => number): () => boolean {
  let last = -Infinity
  return () => {
    const isFirst = now() - last > QUIET_MS
    last = now()
    return isFirst
  }
}

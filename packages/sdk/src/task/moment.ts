// Moments of the chain as people read them.

/** The last moment that a date can tell, in seconds. */
const LAST = 8_640_000_000_000n

/**
 * A moment as ISO 8601, in UTC; as seconds when no calendar reaches that far.
 *
 * @param at seconds since 1970
 * @example
 * momentOf(asInstant(0n)) // '1970-01-01T00:00:00Z'
 */
export function momentOf(at: bigint): string {
  return at <= LAST ? new Date(Number(at) * 1000).toISOString().replace('.000Z', 'Z') : `${at} s`
}

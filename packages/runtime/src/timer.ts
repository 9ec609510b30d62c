// Timers of node and their end: one that is set for longer than 24 days rings at once.

const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Milliseconds for a timer, out of seconds; at most as many as node can wait.
 *
 * @example
 * timerMs(3_000_000) // 2_147_483_647
 */
export function timerMs(seconds: number): number {
  return Math.min(seconds * 1000, LONGEST_TIMER_MS)
}

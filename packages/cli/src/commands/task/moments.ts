// Moments of the chain as people read them: how far they are, and when that is.
import { IexecError, momentOf } from '@iexec/sdk'

const [MINUTE, HOUR, DAY] = [60n, 3600n, 86_400n]

/**
 * A moment, seen from another one. Both are seconds since 1970.
 *
 * @example
 * whenText(asInstant(300n), asInstant(60n)) // 'in 4 min (1970-01-01T00:05:00Z)'
 */
export function whenText(at: bigint, now: bigint): string {
  const distance = at > now ? `in ${spanText(at - now)}` : `${spanText(now - at)} ago`
  return `${distance} (${momentOf(at)})`
}

/** A length of time, rounded down: 45 s, 4 min, 3 h 20 min, 5 days. */
export function spanText(seconds: bigint): string {
  if (seconds < MINUTE) return `${seconds} s`
  if (seconds < HOUR) return `${seconds / MINUTE} min`
  if (seconds >= 2n * DAY) return `${seconds / DAY} days`
  const minutes = (seconds % HOUR) / MINUTE
  return `${seconds / HOUR} h${minutes === 0n ? '' : ` ${minutes} min`}`
}

/** A claim that came too early, with how long it still takes. */
export function tellHowLong(error: unknown): never {
  if (!(error instanceof IexecError)) throw error
  const { code, message, hints, details } = error
  const { finalDeadline, now } = details
  if (typeof finalDeadline !== 'bigint' || typeof now !== 'bigint' || finalDeadline <= now) throw error
  throw new IexecError(code, message, {
    hints: [`That is in ${spanText(finalDeadline - now)}.`, ...hints],
    details,
    cause: error,
  })
}

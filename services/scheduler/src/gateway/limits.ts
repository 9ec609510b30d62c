// What one connection may do: so many messages, and so many bytes, in a time.

/** A bucket that fills itself: each message takes from it. */
export type Bucket = { readonly take: (amount: number, now: number) => boolean }

/**
 * Opens a bucket.
 *
 * @param perSecond how quickly it fills
 * @param most how much it holds
 * @example
 * openBucket(300, 3_000).take(1, performance.now()) // true
 */
export function openBucket(perSecond: number, most: number): Bucket {
  let level = most
  let at = -Infinity
  return {
    take: (amount, now) => {
      level = Math.min(most, level + (Math.max(0, now - at) / 1_000) * perSecond)
      at = now
      if (level < amount) return false
      level -= amount
      return true
    },
  }
}

/** What a gateway allows. */
export type GatewayLimits = {
  readonly connections: number
  /** Of them, those that have not logged in: when there are more, the oldest goes. */
  readonly strangers: number
  /** Until who connected has logged in. */
  readonly loginMs: number
  /** How often each side of a connection is asked whether it is there. */
  readonly pingMs: number
  readonly messagesPerSecond: number
  readonly messageBurst: number
  readonly bytesPerSecond: number
  readonly byteBurst: number
  /** Messages to one worker that it has not acknowledged. */
  readonly backlog: number
}

/** Usual limits. */
export const GATEWAY_LIMITS: GatewayLimits = {
  connections: 5_000,
  strangers: 500,
  loginMs: 10_000,
  pingMs: 10_000,
  messagesPerSecond: 300,
  messageBurst: 3_000,
  bytesPerSecond: 1_048_576,
  byteBurst: 16_777_216,
  backlog: 5_000,
}

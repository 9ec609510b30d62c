// Waiting that ends early: when there is something new, and when nobody wants it any more.

/** A pause that can be cut short. */
export type Waker = {
  /** Ends the pause; when there is none, the next one does not begin. */
  readonly wake: () => void
  /** Returns after the time, when woken, or when the signal aborts; and whether it was woken. */
  readonly pause: (ms: number) => Promise<boolean>
}

/** Makes one for a single follower. */
export function createWaker(signal: AbortSignal): Waker {
  let isWoken = false
  let end: (() => void) | undefined
  return {
    wake: () => {
      isWoken = true
      end?.()
    },
    pause: async (ms) => {
      if (!isWoken && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<undefined>()
        end = () => {
          resolve(undefined)
        }
        const timer = setTimeout(end, ms)
        signal.addEventListener('abort', end, { once: true })
        await promise
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
      }
      end = undefined
      const wasWoken = isWoken
      isWoken = false
      return wasWoken
    },
  }
}

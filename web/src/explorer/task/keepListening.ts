// Listens to something that may break off, again and again, until whoever listens leaves.

/** How it is listened to. */
export type Listening = {
  /** Listens once, to the end; calls `heard` with each news. */
  readonly listen: (heard: () => void) => Promise<void>
  /** Told when it broke off. */
  readonly lost: (error: Error) => void
  /** Waits before the next time; `failures` is how often in a row nothing was heard. */
  readonly wait: (failures: number) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Listens until the signal is aborted.
 *
 * @example
 * await keepListening({ listen, lost: setError, wait: async (failures) => sleep(waitAfter(failures)), signal })
 */
export async function keepListening({ listen, lost, wait, signal }: Listening): Promise<void> {
  let failures = 0
  const heard = (): void => {
    failures = 0
  }
  while (!signal.aborted) {
    try {
      await listen(heard)
    } catch (error) {
      if (signal.aborted) return
      lost(error instanceof Error ? error : new Error(String(error)))
    }
    await wait(failures)
    failures += 1
  }
}

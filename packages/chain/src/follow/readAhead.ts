// Lets a generator work ahead while its consumer works on what came before.

/**
 * The same values in the same order, of which `ahead` are prepared before they are asked for. Ends as soon as the signal
 * aborts, whatever the source is waiting for; ending it ends the source.
 */
export async function* readAhead<Value>(
  source: AsyncGenerator<Value, void>,
  ahead: number,
  signal: AbortSignal,
): AsyncGenerator<Value, void> {
  const { promise: aborted, resolve } = Promise.withResolvers<IteratorResult<Value, void>>()
  const end = (): void => {
    resolve({ done: true, value: undefined })
  }
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  const prepared: Promise<IteratorResult<Value, void>>[] = []
  try {
    for (;;) {
      while (prepared.length < ahead && !signal.aborted) {
        const next = source.next()
        // It is looked at later, and must not count as forgotten until then.
        next.catch(() => undefined)
        prepared.push(next)
      }
      const { done, value } = await Promise.race([aborted, prepared.shift() ?? aborted])
      if (done === true) return
      yield value
    }
  } finally {
    signal.removeEventListener('abort', end)
    // Not awaited: the source may be in the middle of a request.
    source.return().catch(() => undefined)
  }
}

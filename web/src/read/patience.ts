// Asks over the network, and waits for as long as something comes: of who is frozen, nothing would ever say so.

/** Who sends nothing for longer does not answer. How long the whole takes is up to the network. */
const PATIENCE_MS = 10_000

/** How long nothing may come; tests have no time. */
export type Patience = { readonly patienceMs?: number | undefined }

/**
 * `fetch` with an end: where nothing comes for too long, be it the head or the next part of the body, it fails with a `TimeoutError`.
 *
 * @example
 * await (await fetchPatiently('https://market.example/deals', { signal })).text()
 */
export async function fetchPatiently(
  url: string | URL,
  { signal, patienceMs = PATIENCE_MS, ...init }: RequestInit & Patience = {},
): Promise<Response> {
  const still = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const end = (): void => {
    clearTimeout(timer)
  }
  const begin = (): void => {
    end()
    timer = setTimeout(() => {
      still.abort(new DOMException(`Nothing came within ${patienceMs / 1_000} s.`, 'TimeoutError'))
    }, patienceMs)
  }
  begin()
  const signals = signal instanceof AbortSignal ? [signal, still.signal] : [still.signal]
  const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) }).finally(end)
  if (response.body === null) return response
  begin()
  const body = response.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      start: (stream) => {
        // Not every browser tells the readers of a body why it was ended.
        still.signal.addEventListener('abort', () => {
          stream.error(still.signal.reason)
        })
      },
      transform: (part, stream) => {
        begin()
        stream.enqueue(part)
      },
      flush: end,
    }),
  )
  return new Response(body, response)
}

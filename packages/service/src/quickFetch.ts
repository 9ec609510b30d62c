// Requests of a service: many and small, so without the streams and signals of the web that `fetch` makes for each.
import type { Fetch } from '@iexec/chain'
import { request } from 'undici'

/**
 * Asks a node. It costs a fifth of what `fetch` costs the processor, and follows no redirects.
 *
 * @throws the error of the connection, with its `code`; the signal's reason when that aborts
 * @example
 * await openChain({ rpcUrls, fetch: quickFetch })
 */
export const quickFetch: Fetch = async (url, { method, body, headers, signal }) => {
  const answer = await request(url, { method, body, headers, signal })
  return {
    status: answer.statusCode,
    // Read only when something went wrong.
    get headers(): Headers {
      const pairs = Object.entries(answer.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      )
      return new Headers(Object.fromEntries(pairs) as Record<string, string>)
    },
    body: answer.body,
  }
}

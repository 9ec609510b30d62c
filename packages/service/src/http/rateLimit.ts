// So many requests per minute and client: who asks more often waits.
import type { Context, MiddlewareHandler } from 'hono'
import { clientOf, type Asker } from './client.ts'

/** How many requests one client may send in a window of time. */
export type RateLimit = { readonly requests: number; readonly windowMs: number }

/** What the server of node gives along with a request; absent when the app is called without a network. */
export type HttpEnv = {
  Bindings: { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string | undefined } } }
}

/** How many clients are remembered; beyond them, the one whose window began first is forgotten. */
const MAX_CLIENTS = 100_000

type Window = { readonly endsAt: number; count: number }

/**
 * Refuses requests beyond the limit with 429.
 *
 * A client is its address (see `clientOf`). Exempt are this machine itself, when no proxy speaks for another, and the origins
 * `*.iex.ec`, as existing pages expect: who is no browser can claim such an origin. `/health` does not count: who watches over the service must not be refused.
 */
export function limitRate({ requests, windowMs }: RateLimit, now: () => number): MiddlewareHandler<HttpEnv> {
  // In the order in which the windows began, which is also that in which they end.
  const windows = new Map<string, Window>()

  const enter = (client: string): Window => {
    const time = now()
    for (const [known, { endsAt }] of windows) {
      if (endsAt > time && windows.size < MAX_CLIENTS) break
      windows.delete(known)
    }
    const window = windows.get(client) ?? { endsAt: time + windowMs, count: 0 }
    window.count += 1
    windows.set(client, window)
    return window
  }

  return async (context, next) => {
    if (context.req.path === '/health') return next()
    const client = clientOf(askerOf(context))
    if (client === undefined || isOwnOrigin(context.req.header('origin'))) return next()
    const { count, endsAt } = enter(client)
    if (count <= requests) return next()
    const retryAfter = String(Math.ceil((endsAt - now()) / 1000))
    return context.json({ ok: false, error: 'Rate limit exceeded' }, 429, { 'retry-after': retryAfter })
  }
}

/** Who sends a request. Without a network there are no bindings at all: then it is this machine. */
export function askerOf(context: Context<HttpEnv>): Asker {
  const bindings = context.env as HttpEnv['Bindings'] | undefined
  return { peer: bindings?.incoming?.socket?.remoteAddress, header: (name) => context.req.header(name) }
}

function isOwnOrigin(origin: string | undefined): boolean {
  const url = origin === undefined ? null : URL.parse(origin)
  return url !== null && url.hostname.endsWith('.iex.ec')
}

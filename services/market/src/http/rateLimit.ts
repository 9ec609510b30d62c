// So many requests per minute and client: who asks more often waits.
import type { Context, MiddlewareHandler } from 'hono'

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
 * A client is its address: that of the socket, or what a proxy on this machine or in a private network tells in
 * `x-real-ip`, else last in `x-forwarded-for`; of IPv6 the network of 64 bits. Exempt are this machine itself, when no proxy
 * speaks for another, and the origins `*.iex.ec`, as existing pages expect: who is no browser can claim such an origin.
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
    const client = clientOf(context)
    if (client === undefined || isOwnOrigin(context.req.header('origin'))) return next()
    const { count, endsAt } = enter(client)
    if (count <= requests) return next()
    const retryAfter = String(Math.ceil((endsAt - now()) / 1000))
    return context.json({ ok: false, error: 'Rate limit exceeded' }, 429, { 'retry-after': retryAfter })
  }
}

/** The address to count; `undefined` for this machine itself. */
function clientOf(context: Context<HttpEnv>): string | undefined {
  // Without a network there are no bindings at all.
  const bindings = context.env as HttpEnv['Bindings'] | undefined
  const peer = plain(bindings?.incoming?.socket?.remoteAddress ?? '127.0.0.1')
  if (!isPrivate(peer)) return networkOf(peer)
  const told = (context.req.header('x-real-ip') ?? context.req.header('x-forwarded-for')?.split(',').at(-1))?.trim()
  if (told !== undefined && told !== '') return networkOf(plain(told.slice(0, 45)))
  return isLoopback(peer) ? undefined : peer
}

/** Whoever has one address of IPv6 has at least 2^64 of them: they count as one client. */
function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip
  const [start = '', end = ''] = ip.split('::')
  const [left, right] = [start, end].map((part) => (part === '' ? [] : part.split(':'))) as [string[], string[]]
  const missing = ip.includes('::') ? Math.max(0, 8 - left.length - right.length) : 0
  return [...left, ...Array.from({ length: missing }, () => '0'), ...right].slice(0, 4).join(':')
}

/** IPv4 in its own form, also when it came over an IPv6 socket. */
function plain(ip: string): string {
  return ip.toLowerCase().replace(/^::ffff:/u, '')
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || ip.startsWith('127.')
}

function isPrivate(ip: string): boolean {
  return isLoopback(ip) || /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd][\da-f]{2}:)/u.test(ip)
}

function isOwnOrigin(origin: string | undefined): boolean {
  const url = origin === undefined ? null : URL.parse(origin)
  return url !== null && url.hostname.endsWith('.iex.ec')
}

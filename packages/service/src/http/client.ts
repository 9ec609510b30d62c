// Who asks: the address that limits count, which nobody can choose for himself.

/** What a connection tells of the one who asks. */
export type Asker = {
  /** The address of the socket. */
  readonly peer: string | undefined
  readonly header: (name: string) => string | undefined
}

/**
 * The address to count: that of the socket, or what a proxy on this machine or in a private network tells in `x-real-ip`,
 * else last in `x-forwarded-for`; of IPv6 the network of 64 bits.
 *
 * @returns `undefined` for this machine itself, when no proxy speaks for another
 * @example
 * clientOf({ peer: '10.0.0.2', header: (name) => headers[name] }) // '203.0.113.7'
 */
export function clientOf({ peer: told = '127.0.0.1', header }: Asker): string | undefined {
  const peer = plain(told)
  if (!isPrivate(peer)) return networkOf(peer)
  const other = (header('x-real-ip') ?? header('x-forwarded-for')?.split(',').at(-1))?.trim()
  if (other !== undefined && other !== '') return networkOf(plain(other.slice(0, 45)))
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

// Whose page asks: browsers say so with every request that a page may not send in silence.
import { isIPv4 } from 'node:net'

/** A gateway of IPFS on this machine serves everybody's pages under these names. */
const OF_STRANGERS = /\.ip[fn]s\.localhost$/u

/**
 * Whether an `Origin` is that of a page which this machine serves itself, on whatever port.
 *
 * @example
 * isOriginOfThisMachine('http://localhost:5173') // true
 * isOriginOfThisMachine('https://page.example') // false
 * isOriginOfThisMachine('null') // false: a file, or a frame without an origin
 */
export function isOriginOfThisMachine(origin: string): boolean {
  const url = URL.parse(origin)
  if (url === null || !/^https?:$/u.test(url.protocol)) return false
  const { hostname } = url
  if (hostname === 'localhost' || hostname === '[::1]') return true
  if (hostname.endsWith('.localhost')) return !OF_STRANGERS.test(hostname)
  return isIPv4(hostname) && hostname.startsWith('127.')
}

// Which addresses an app's owner may make a worker connect to: those of the public internet, and nothing in the worker's own house.
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Somebody named a machine that must not be reached from here. */
export class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress'
}

/**
 * Whether an IP address is one of the public internet: not private, loopback, link-local, multicast, carrier's, reserved, or one of
 * those written as IPv6.
 *
 * @example
 * isPublicAddress('93.184.215.14') // true
 * isPublicAddress('::ffff:127.0.0.1') // false
 */
export function isPublicAddress(address: string): boolean {
  // A zone (`fe80::1%eth0`) exists in local addresses only.
  if (!ipaddr.isValid(address) || address.includes('%')) return false
  const parsed = ipaddr.process(address)
  if (parsed.range() !== 'unicast') return false
  // Of IPv6, only 2000::/3 was ever given out.
  return parsed instanceof ipaddr.IPv4 || ((parsed.parts[0] ?? 0) & 0xe0_00) === 0x20_00
}

/**
 * Refuses a URL whose host is an address that is not public. A name is looked at when it is resolved, by `publicLookup`.
 *
 * @throws ForbiddenAddress
 * @example
 * requirePublicHost(new URL('http://169.254.169.254/')) // throws
 */
export function requirePublicHost(url: URL): void {
  // URLs write addresses in one form only: http://0x7f.1/ is http://127.0.0.1/ here.
  const host = url.hostname.replace(/^\[|\]$/gu, '')
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw new ForbiddenAddress(`${host} is not a public address.`)
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/**
 * Resolves a name as node does, and refuses it when one of its addresses is not public. The connection goes to the very address
 * that was looked at, so a name that changes its mind in between gains nothing.
 */
export function publicLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [])
    const forbidden = addresses.find(({ address }) => !isPublicAddress(address))
    const [first] = addresses
    if (forbidden !== undefined || first === undefined) {
      const sentence = `${hostname} is at ${forbidden?.address ?? 'no address'}, which is not public.`
      return callback(new ForbiddenAddress(sentence), [])
    }
    if (options.all === true) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}

/**
 * Resolves a name as node does; names below `localhost` are this machine, as RFC 6761 says and some resolvers do not. kubo's
 * gateway gives such a name to each content identifier.
 */
export function anyLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(hostname.endsWith('.localhost') ? 'localhost' : hostname, options, callback)
}

// The parts that a multiaddr is made of: the few protocols by which apps and datasets are reached.
// Codes: https://github.com/multiformats/multiaddr/blob/master/protocols.csv
import { bytesToString, stringToBytes } from 'viem/utils'
import { decodeBase58, encodeBase58 } from './base58.ts'
import { isMultihash } from './cid.ts'
import { readIp4, readIp6, writeIp4, writeIp6 } from './ip.ts'

/** How the value of a protocol is written as text and as bytes. Each direction answers `undefined` to what it cannot be. */
export type ValueCodec = {
  /** Length of the bytes; `variable` when a varint before them tells it. */
  readonly size: number | 'variable'
  readonly read: (text: string) => Uint8Array | undefined
  readonly write: (bytes: Uint8Array) => string | undefined
}

/** One protocol of a multiaddr. Those without a value are marks, such as `https`. */
export type Protocol = { readonly code: number; readonly name: string; readonly value?: ValueCodec }

/** Code of content and peers, which are both named by a multihash. */
export const IPFS_CODE = 421

const port: ValueCodec = {
  size: 2,
  read: (text) =>
    /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) < 65_536
      ? Uint8Array.of(Number(text) >> 8, Number(text) & 0xff)
      : undefined,
  write: ([high = 0, low = 0]) => String((high << 8) | low),
}

// Host names only: were every text allowed, a Docker reference could be taken for a binary multiaddr.
const HOST = /^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/i
const host: ValueCodec = {
  size: 'variable',
  read: (text) => (HOST.test(text) ? stringToBytes(text) : undefined),
  write: (bytes) => (HOST.test(bytesToString(bytes)) ? bytesToString(bytes) : undefined),
}

const multihash: ValueCodec = {
  size: 'variable',
  read: (text) => {
    const bytes = decodeBase58(text)
    return bytes !== undefined && isMultihash(bytes) ? bytes : undefined
  },
  write: (bytes) => (isMultihash(bytes) ? encodeBase58(bytes) : undefined),
}

/** Every protocol that is understood, under its usual name. */
export const PROTOCOLS: readonly Protocol[] = [
  { code: 4, name: 'ip4', value: { size: 4, read: readIp4, write: writeIp4 } },
  { code: 6, name: 'tcp', value: port },
  { code: 41, name: 'ip6', value: { size: 16, read: readIp6, write: writeIp6 } },
  { code: 53, name: 'dns', value: host },
  { code: 54, name: 'dns4', value: host },
  { code: 55, name: 'dns6', value: host },
  { code: 56, name: 'dnsaddr', value: host },
  { code: 273, name: 'udp', value: port },
  { code: 290, name: 'p2p-circuit' },
  { code: IPFS_CODE, name: 'p2p', value: multihash },
  { code: IPFS_CODE, name: 'ipfs', value: multihash },
  { code: 443, name: 'https' },
  { code: 448, name: 'tls' },
  { code: 449, name: 'sni', value: host },
  { code: 454, name: 'noise' },
  { code: 460, name: 'quic' },
  { code: 461, name: 'quic-v1' },
  { code: 465, name: 'webtransport' },
  { code: 477, name: 'ws' },
  { code: 478, name: 'wss' },
  { code: 480, name: 'http' },
]

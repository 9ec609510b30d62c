// Content identifiers: names of files that are hashes of their content. https://github.com/multiformats/cid
import { hexToBytes } from 'viem/utils'
import { decodeBase58 } from './base58.ts'
import { readVarint } from './varint.ts'

const SHA2_256 = 0x12
const IDENTITY = 0x00
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const LONGEST = 200

/**
 * Whether a text is a content identifier: version 0 (`Qm…`), or version 1 in base32 (`b…`), base58 (`z…`) or hex (`f…`).
 *
 * @example
 * isCid('QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ') // true
 */
export function isCid(text: string): boolean {
  if (isCidV0(text)) return true
  const bytes = decodeMultibase(text)
  const version = bytes && readVarint(bytes, 0)
  const codec = bytes && version && readVarint(bytes, version.next)
  return bytes !== undefined && version?.value === 1 && codec !== undefined && isMultihash(bytes.subarray(codec.next))
}

/** Whether a text is a content identifier of version 0: 46 characters that begin with `Qm`, the form of result links. */
export function isCidV0(text: string): boolean {
  const bytes = text.startsWith('Qm') ? decodeBase58(text) : undefined
  return bytes !== undefined && bytes.length === 34 && isMultihash(bytes)
}

/**
 * Whether a text is the path of something that is named by its content: `/ipfs/`, a content identifier, and perhaps names of
 * folders and a file in it. None of them leads elsewhere.
 *
 * @example
 * isIpfsPath('/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ/data.csv') // true
 */
export function isIpfsPath(text: string): boolean {
  const [nothing, ipfs, cid = '', ...names] = text.split('/')
  const isBelow = names.every((name) => name !== '' && name !== '.' && name !== '..')
  // Half a character cannot be asked for.
  return nothing === '' && ipfs === 'ipfs' && isCid(cid) && isBelow && text.isWellFormed()
}

/** Whether bytes are one whole multihash. Of sha2-256 and identity, the two that occur here, the length is checked too. */
export function isMultihash(bytes: Uint8Array): boolean {
  const code = readVarint(bytes, 0)
  const length = code && readVarint(bytes, code.next)
  if (code === undefined || length === undefined || length.value !== bytes.length - length.next) return false
  if (code.value === SHA2_256) return length.value === 32
  return length.value >= (code.value === IDENTITY ? 1 : 16)
}

function decodeMultibase(text: string): Uint8Array | undefined {
  const digits = text.slice(1)
  if (text.length > LONGEST) return undefined
  if (text.startsWith('b')) return decodeBase32(digits)
  if (text.startsWith('z')) return decodeBase58(digits)
  return /^f(?:[0-9a-f]{2})+$/.test(text) ? hexToBytes(`0x${digits}`) : undefined
}

function decodeBase32(text: string): Uint8Array | undefined {
  const bytes: number[] = []
  let buffer = 0
  let bits = 0
  for (const character of text) {
    const digit = BASE32.indexOf(character)
    if (digit === -1) return undefined
    buffer = ((buffer << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((buffer >> bits) & 0xff)
  }
  const isPaddedWithZeros = bits < 5 && (buffer & ((1 << bits) - 1)) === 0
  return isPaddedWithZeros ? Uint8Array.from(bytes) : undefined
}

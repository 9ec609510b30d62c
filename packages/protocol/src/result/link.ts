// The result link: the bytes that finalize puts on chain, which tell where the files of a result are.
import type { Hex } from 'viem'
import { hexToString, stringToHex } from 'viem/utils'
import { isCid } from '../multiaddr/cid.ts'
import { unreachable } from '../unreachable.ts'

/** Where a result is stored. */
export type ResultLink =
  /** Nowhere: the task has no result, or none yet. */
  | { readonly storage: 'none' }
  /** In content-addressed storage, at the path of any IPFS gateway. */
  | { readonly storage: 'ipfs'; readonly location: `/ipfs/${string}` }
  /** In the beneficiary's Dropbox, under `/results/<task id>`. */
  | { readonly storage: 'dropbox'; readonly location: string }
  /** In the contract that was called back. */
  | { readonly storage: 'ethereum'; readonly location: string }

/** Bytes on chain that are no result link. They are public and may be anything: the scheduler alone writes them. */
export type UnreadableLink = { readonly storage: 'unreadable'; readonly bytes: Hex; readonly reason: string }

/**
 * The link to a result in content-addressed storage.
 *
 * @param cid `Qm…`, or an identifier of version 1
 */
export function ipfsLink(cid: string): ResultLink {
  return { storage: 'ipfs', location: `/ipfs/${cid}` }
}

/**
 * The bytes of a result link, exactly as every client expects them: JSON with one space around each part; nothing at all
 * for `none`.
 *
 * @example
 * hexToString(encodeResultLink(ipfsLink('Qm…'))) // '{ "storage": "ipfs", "location": "/ipfs/Qm…" }'
 */
export function encodeResultLink(link: ResultLink): Hex {
  switch (link.storage) {
    case 'none':
      return '0x'
    case 'ipfs':
    case 'dropbox':
    case 'ethereum':
      return stringToHex(`{ "storage": "${link.storage}", "location": ${JSON.stringify(link.location)} }`)
    default:
      return unreachable(link)
  }
}

/**
 * Reads the bytes of a result link. Spaces, the order of keys, and further keys do not matter. What cannot be read is an
 * answer too, with its reason: a result must never break whoever looks at it.
 *
 * @example
 * decodeResultLink('0x') // { storage: 'none' }
 * decodeResultLink('0x1234') // { storage: 'unreadable', bytes: '0x1234', reason: 'it is not JSON' }
 */
export function decodeResultLink(bytes: Hex): ResultLink | UnreadableLink {
  if (bytes === '0x') return { storage: 'none' }
  const fields = parseFields(bytes)
  if (fields === undefined) return { storage: 'unreadable', bytes, reason: 'it is not JSON' }

  const { storage, location } = fields
  if (storage === 'none') return { storage }
  if (typeof location !== 'string') return { storage: 'unreadable', bytes, reason: 'it has no location' }
  if (storage === 'dropbox' || storage === 'ethereum') return { storage, location }
  if (storage !== 'ipfs')
    return { storage: 'unreadable', bytes, reason: `${JSON.stringify(storage)} is no known storage` }
  if (!isIpfsPath(location)) {
    return {
      storage: 'unreadable',
      bytes,
      reason: `${JSON.stringify(location)} is not /ipfs/ and a content identifier`,
    }
  }
  return { storage, location }
}

type LinkFields = { readonly storage?: unknown; readonly location?: unknown }

function parseFields(bytes: Hex): LinkFields | undefined {
  try {
    const value: unknown = JSON.parse(hexToString(bytes))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

// A location becomes part of a gateway's URL: only an identifier, and names behind it, may come through.
function isIpfsPath(location: string): location is `/ipfs/${string}` {
  const [root, ipfs, cid, ...names] = location.split('/')
  const isBelow = names.every((name) => /^[\w.~-]+$/.test(name) && name !== '.' && name !== '..')
  return root === '' && ipfs === 'ipfs' && cid !== undefined && isCid(cid) && isBelow
}

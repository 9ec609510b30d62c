// The result link: the bytes that finalize puts on chain, which tell where the files of a result are.
import type { Hex } from 'viem'
import { hexToString, stringToHex } from 'viem/utils'
import { InputError } from '../inputError.ts'
import { isCid } from '../multiaddr/cid.ts'
import { unreachable } from '../unreachable.ts'
import { isBytes } from '../words.ts'
import { written } from '../written.ts'

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
 * @throws InputError `InvalidCid` when it is neither
 * @example
 * ipfsLink('QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ') // { storage: 'ipfs', location: '/ipfs/QmW2…' }
 */
export function ipfsLink(cid: string): ResultLink {
  if (typeof cid !== 'string' || !isCid(cid)) {
    throw new InputError({
      code: 'InvalidCid',
      given: written(cid),
      problem: 'it is not a content identifier',
      hint: 'Give what the storage answered: Qm… or b…, without /ipfs/ before it.',
    })
  }
  return { storage: 'ipfs', location: `/ipfs/${cid}` }
}

/**
 * The bytes of a result link, exactly as every client expects them: JSON with one space around each part; nothing at all
 * for `none`.
 *
 * @throws InputError `InvalidLocation` when `decodeResultLink` would not read it back
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
      checkLocation(link)
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
  if (!isBytes(bytes)) return { storage: 'unreadable', bytes, reason: 'it is not hex' }
  const fields = parseFields(bytes)
  if (typeof fields === 'string') return { storage: 'unreadable', bytes, reason: fields }

  const { storage, location } = fields
  if (storage === 'none') return { storage }
  if (typeof location !== 'string') return { storage: 'unreadable', bytes, reason: 'it has no location' }
  if (storage !== 'ipfs' && storage !== 'dropbox' && storage !== 'ethereum')
    return { storage: 'unreadable', bytes, reason: `${JSON.stringify(storage)} is no known storage` }
  const reason = whyNotAt(storage, location)
  // What the location of each storage must be has just been checked.
  return reason === undefined ? ({ storage, location } as ResultLink) : { storage: 'unreadable', bytes, reason }
}

type LinkFields = { readonly storage?: unknown; readonly location?: unknown }

type LocatedLink = Exclude<ResultLink, { readonly storage: 'none' }>

// The fields, or why there are none.
function parseFields(bytes: Hex): LinkFields | string {
  try {
    const value: unknown = JSON.parse(hexToString(bytes))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? value : 'it is JSON, but no object'
  } catch {
    return 'it is not JSON'
  }
}

function checkLocation({ storage, location }: LocatedLink): void {
  const problem = typeof location === 'string' ? whyNotAt(storage, location) : 'it is not a text'
  if (problem === undefined) return
  throw new InputError({
    code: 'InvalidLocation',
    given: written(location),
    problem,
    hint: 'Give the location as the storage named it, without . or .. in its path.',
  })
}

// A location becomes part of a gateway's URL or of a path: only names may come through, and nothing that leads upwards.
function whyNotAt(storage: LocatedLink['storage'], location: string): string | undefined {
  switch (storage) {
    case 'ipfs':
      return isIpfsPath(location) ? undefined : `${JSON.stringify(location)} is not /ipfs/ and a content identifier`
    case 'dropbox':
      return location.split(/[/\\]/).some((name) => name === '.' || name === '..')
        ? `${JSON.stringify(location)} leads out of its folder`
        : undefined
    case 'ethereum':
      return undefined
    default:
      return unreachable(storage)
  }
}

function isIpfsPath(location: string): boolean {
  const [root, ipfs, cid, ...names] = location.split('/')
  const isBelow = names.every((name) => /^[\w.~-]+$/.test(name) && name !== '.' && name !== '..')
  return root === '' && ipfs === 'ipfs' && cid !== undefined && isCid(cid) && isBelow
}

// Reads the index of a store with distrust, and by hand: browsers do it before anything is shown, and it may come from anywhere.
import { keccak256, stringToBytes } from 'viem/utils'
import type { Address, Hex } from 'viem'
import { ADDRESS } from '../pattern.ts'
import type { BuyConf, Listing, ListingInput, ListingKind, ListingResources, Social, StoreIndex } from './listing.ts'

const KINDS: readonly string[] = ['app', 'dataset', 'workerpool']
const INPUT_KINDS: readonly string[] = ['text', 'number', 'choice', 'switch', 'file']
/** A name of a folder: what GitHub and people take, and nothing that leads elsewhere. */
const FOLDER = /^[\w][\w.-]{0,99}$/u

/**
 * Whether an organisation or what it lists may be called so.
 *
 * @example
 * isFolderName('ray-tracer') // true
 */
export function isFolderName(name: string): boolean {
  return FOLDER.test(name)
}

/**
 * The hash of listings: the same for everybody who reads the same index.
 *
 * @example
 * hashListings(index.listings) === index.hash
 */
export function hashListings(listings: unknown): Hex {
  return keccak256(stringToBytes(JSON.stringify(listings)))
}

/** An index that was read, and what was wrong with it. */
export type ReadIndex = StoreIndex & {
  /** Listings that were left out, because they cannot be shown. */
  readonly dropped: number
  /** Whether the listings are those that its hash is of. */
  readonly isWhole: boolean
}

/**
 * Reads an index. Listings that cannot be shown are left out.
 *
 * @throws Error one sentence, when it is no index
 * @example
 * const { listings } = readIndex(await response.json())
 */
export function readIndex(value: unknown): ReadIndex {
  const { version, name, created, hash, signer, signature, listings } = fieldsOf(value)
  if (version !== 1 || !Array.isArray(listings)) throw new Error('This is no index of a store of version 1.')
  const shown = listings.flatMap((one) => readIndexed(one) ?? [])
  return {
    version,
    ...(typeof name === 'string' ? { name } : {}),
    created: text(created),
    hash: text(hash) as Hex,
    ...optional('signer', claimOf(signer) as Address | undefined),
    ...optional('signature', claimOf(signature) as Hex | undefined),
    listings: shown,
    dropped: listings.length - shown.length,
    isWhole: hashListings(listings) === hash,
  }
}

/**
 * Reads one listing of an index; what is not understood is left out, and `undefined` is one without a kind, a name or an owner.
 */
export function readIndexed(value: unknown): Listing | undefined {
  const given = fieldsOf(value)
  const { kind, org, name, owner } = given
  if (!isKind(kind) || !isFolder(org) || !isFolder(name) || !isAddress(owner)) return undefined
  return {
    kind,
    org,
    name,
    title: text(given['title'], name),
    description: text(given['description']),
    author: text(given['author'], org),
    license: text(given['license']),
    social: readSocial(given['social']),
    ...optional('type', typeof given['type'] === 'string' ? given['type'] : undefined),
    isTee: given['isTee'] === true,
    owner,
    addresses: Object.fromEntries(Object.entries(fieldsOf(given['addresses'])).filter(isPlace)),
    ...optional('priceHint', positive(given['priceHint'])),
    categories: texts(given['categories']),
    tags: texts(given['tags']),
    ...optional('resources', readResources(given['resources'])),
    ...optional('logo', pathOf(given['logo'])),
    screenshots: texts(given['screenshots']).flatMap((one) => pathOf(one) ?? []),
    ...optional('readme', pathOf(given['readme'])),
    ...optional('inputs', readInputs(given['inputs'])),
    ...optional('buyConf', readBuyConf(given['buyConf'])),
  }
}

function readSocial(value: unknown): Social {
  const { website, github } = fieldsOf(value)
  return { ...optional('website', linkOf(website)), ...optional('github', linkOf(github)) }
}

function readResources(value: unknown): ListingResources | undefined {
  if (value === undefined) return undefined
  const { memoryMb, diskMb, cpus, category } = fieldsOf(value)
  return {
    ...optional('memoryMb', positive(memoryMb)),
    ...optional('diskMb', positive(diskMb)),
    ...optional('cpus', positive(cpus)),
    ...optional('category', positive(category)),
  }
}

function readBuyConf(value: unknown): BuyConf | undefined {
  if (value === undefined) return undefined
  const { params, trust, tag, callback } = fieldsOf(value)
  const { iexec_args: args } = fieldsOf(params)
  return {
    params: optional('iexec_args', typeof args === 'string' ? args : undefined),
    ...optional('trust', typeof trust === 'string' && /^\d{1,15}$/u.test(trust) ? trust : undefined),
    ...optional('tag', typeof tag === 'string' ? tag : undefined),
    ...optional('callback', isAddress(callback) ? callback : undefined),
  }
}

/** All of them, or none: a form of which a field is missing would buy something else. */
function readInputs(value: unknown): readonly ListingInput[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > 30) return undefined
  const inputs = value.flatMap((one) => readInput(fieldsOf(one)) ?? [])
  const names = new Set(inputs.map(({ name }) => name))
  return names.size === value.length ? inputs : undefined
}

function readInput(given: Readonly<Record<string, unknown>>): ListingInput | undefined {
  const { kind, name, label } = given
  if (!INPUT_KINDS.includes(String(kind)) || !/^[a-z][a-z0-9_-]{0,39}$/u.test(String(name))) return undefined
  const same = {
    name: String(name),
    label: text(label, String(name)),
    ...optional('help', typeof given['help'] === 'string' ? given['help'] : undefined),
    ...optional('arg', typeof given['arg'] === 'string' ? given['arg'] : undefined),
    required: given['required'] === true,
  }
  const begin = given['default']
  const number = (key: string): number | undefined => finite(given[key])
  const words = (key: string): string | undefined => (typeof given[key] === 'string' ? given[key] : undefined)
  switch (kind) {
    case 'text':
      return {
        kind,
        ...same,
        ...optional('default', words('default')),
        ...optional('placeholder', words('placeholder')),
        ...optional('maxLength', positive(given['maxLength'])),
        multiline: given['multiline'] === true,
      }
    case 'number':
      return {
        kind,
        ...same,
        ...optional('default', number('default')),
        ...optional('min', number('min')),
        ...optional('max', number('max')),
        ...optional('step', positive(given['step'])),
        ...optional('unit', words('unit')),
      }
    case 'choice': {
      const options = readOptions(given['options'])
      if (options.length === 0) return undefined
      return { kind, ...same, options, ...optional('default', options.find(({ value }) => value === begin)?.value) }
    }
    case 'switch':
      return { kind, ...same, default: begin === true }
    default:
      return {
        kind: 'file',
        ...same,
        ...optional('accept', words('accept')),
        ...optional('maxBytes', positive(given['maxBytes'])),
        ...optional('sample', sampleOf(given['sample'])),
      }
  }
}

function readOptions(value: unknown): readonly { readonly value: string; readonly label?: string }[] {
  return (Array.isArray(value) ? value.slice(0, 100) : []).flatMap((one) => {
    const { value: said, label } = fieldsOf(one)
    return typeof said === 'string' ? [{ value: said, ...(typeof label === 'string' ? { label } : {}) }] : []
  })
}

/** What an index says of its signature, whatever that is: one that is no signature must not pass for none. */
function claimOf(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value)
}

/** A key with its value, or no key at all. */
function optional<const Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value })
}

/** A path that stays below the index. */
function pathOf(value: unknown): string | undefined {
  const isPath = typeof value === 'string' && /^[\w][\w./ -]*$/u.test(value) && !value.split('/').includes('..')
  return isPath ? value : undefined
}

function linkOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^https?:\/\/[^\s/?#]+\S*$/iu.test(value) ? value : undefined
}

function sampleOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^(?:https?:\/\/[^\s/?#]+\S*|\/ipfs\/\S+)$/iu.test(value) ? value : undefined
}

function positive(value: unknown): number | undefined {
  const number = finite(value)
  return number !== undefined && number >= 0 ? number : undefined
}

/** JSON that says 1e400 and JSON that says null are one text when they are written again, and so one hash: neither is a number. */
function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function texts(value: unknown): readonly string[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value.slice(0, 20) : []
  return entries.filter((one): one is string => typeof one === 'string' && one !== '')
}

function text(value: unknown, instead = ''): string {
  return typeof value === 'string' && value.trim() !== '' ? value : instead
}

function isKind(value: unknown): value is ListingKind {
  return KINDS.includes(String(value))
}

function isFolder(value: unknown): value is string {
  return typeof value === 'string' && isFolderName(value)
}

function isAddress(value: unknown): value is Address {
  return typeof value === 'string' && ADDRESS.test(value)
}

function isPlace(entry: [string, unknown]): entry is [string, Address] {
  return /^[1-9]\d{0,15}$/u.test(entry[0]) && isAddress(entry[1])
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

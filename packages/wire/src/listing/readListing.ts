// Makes an entry of an index of the files of a listing, tolerantly: existing ones were written over years, and a store shows what it can.
import type { Address } from 'viem'
import { ADDRESS } from '../pattern.ts'
import type { BuyConf, Listing, ListingKind, Social } from './listing.ts'
import { readIndexed } from './readIndex.ts'

/** The files of a listing, as parsed JSON, and where its other files went. */
export type ListingParts = {
  readonly org: string
  readonly name: string
  readonly iexec: unknown
  readonly deployed?: unknown
  readonly store?: unknown
  /** Relative to the index; files of the folder by their new paths. */
  readonly logo?: string | undefined
  readonly readme?: string | undefined
  readonly screenshots?: readonly string[] | undefined
  /** In nRLC: the price in `iexec.json`, read by whoever knows how to. */
  readonly priceHint?: number | undefined
}

const KINDS: readonly ListingKind[] = ['app', 'dataset', 'workerpool']

/**
 * An entry of an index; `undefined` when the files do not even say what is listed, or by whom.
 *
 * @example
 * readListing({ org: 'me', name: 'ray-tracer', iexec, deployed, logo: 'files/3f….png' })
 */
export function readListing(parts: ListingParts): Listing | undefined {
  const iexec = fieldsOf(parts.iexec)
  const kind = KINDS.find((one) => typeof iexec[one] === 'object' && iexec[one] !== null)
  if (kind === undefined) return undefined
  const asset = fieldsOf(iexec[kind])
  const store = fieldsOf(parts.store)
  const addresses = Object.entries(fieldsOf(fieldsOf(parts.deployed)[kind])).filter(([, one]) => isAddress(one))
  const buyConf = kind === 'app' ? readBuyConf(iexec['buyConf']) : undefined
  return readIndexed({
    kind,
    org: parts.org,
    name: parts.name,
    title: textOf(kind === 'workerpool' ? asset['description'] : asset['name'], parts.name),
    description: textOf(iexec['description']),
    author: textOf(iexec['author'], parts.org),
    license: textOf(iexec['license']),
    social: readSocial(iexec['social']),
    type: kind === 'app' ? textOf(asset['type'], 'DOCKER').toUpperCase() : undefined,
    isTee: isFilled(asset['mrenclave']) || /tee|scone|gramine|tdx/iu.test(buyConf?.tag ?? ''),
    owner: asset['owner'],
    addresses: Object.fromEntries(addresses),
    priceHint: parts.priceHint,
    categories: store['categories'] ?? iexec['categories'] ?? [],
    tags: store['tags'] ?? [],
    resources: store['resources'],
    logo: parts.logo,
    screenshots: parts.screenshots ?? [],
    readme: parts.readme,
    inputs: store['inputs'],
    buyConf,
  })
}

/** Early ones have a plain text as params, or the tag as a list of words. */
function readBuyConf(value: unknown): BuyConf | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { params, trust, tag, callback } = fieldsOf(value)
  const args = typeof params === 'string' ? argsOfText(params) : fieldsOf(params)['iexec_args']
  const words = Array.isArray(tag) ? tag.map(String).join(',') : tag
  return {
    params: typeof args === 'string' ? { iexec_args: args } : {},
    ...(/^\d{1,15}$/u.test(String(trust)) ? { trust: String(trust) } : {}),
    ...(typeof words === 'string' && words !== '' ? { tag: words } : {}),
    ...(isAddress(callback) ? { callback } : {}),
  }
}

/** JSON in a text, or the arguments themselves. */
function argsOfText(text: string): unknown {
  try {
    const { iexec_args: args, cmdline } = fieldsOf(JSON.parse(text))
    return args ?? cmdline
  } catch {
    return text
  }
}

function readSocial(value: unknown): Social {
  const { website, github } = fieldsOf(value)
  return {
    ...(isLink(website) ? { website } : {}),
    ...(isLink(github) ? { github } : {}),
  }
}

function isLink(value: unknown): value is string {
  return typeof value === 'string' && /^https?:\/\/[^\s/?#]+\S*$/iu.test(value)
}

/** Whether an enclave's measurement says anything. */
function isFilled(value: unknown): boolean {
  return typeof value === 'string' ? value !== '' && value !== '0x' : typeof value === 'object' && value !== null
}

function isAddress(value: unknown): value is Address {
  return typeof value === 'string' && ADDRESS.test(value)
}

function textOf(value: unknown, instead = ''): string {
  return typeof value === 'string' && value.trim() !== '' ? value : instead
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

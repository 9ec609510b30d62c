// Where a store's listings come from: a registry, an index that was built, or one that stands on the web. All of it is copied into the site, so that who visits it asks nobody else.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkSignature,
  explainSignature,
  hashListings,
  readIndex,
  type KeptAs,
  type Listing,
  type ReadIndex,
  type StoreIndex,
} from '@iexec/wire/listing'
import type { Address } from 'viem'
import { StoreFault, UsageError } from '../fault.ts'
import { buildIndex, type IndexOptions } from '../registry/buildIndex.ts'
import { MOST_BYTES, readListed } from '../registry/folder.ts'
import { keepFile } from '../registry/keptFile.ts'
import { isToCome } from '../registry/moment.ts'

/** An index with its files, and a sentence for each listing that is not in it. */
export type SourceIndex = {
  readonly index: StoreIndex
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly leftOut: readonly string[]
  /** Of an index that is signed: it is handed on as it was signed, so that its readers can check it, too. */
  readonly signed?: SignedSource | undefined
}

/** An index that somebody signed. */
export type SignedSource = { readonly place: string; readonly signer: Address; readonly document: object }

/** From what listings are read. */
export type SourceOptions = IndexOptions & {
  /** Who shall have signed the indexes that were built; anybody or nobody when left out. */
  readonly signers?: readonly Address[] | undefined
}

/** Reads a file beside an index; `undefined` when it is not there. */
type Fetch = (path: string, mostBytes: number) => Promise<Uint8Array | undefined>

const MOST_INDEX = 16 * 1024 * 1024

/**
 * Reads listings.
 *
 * @param place a folder, or the URL of an index
 * @throws UsageError, StoreFault in one sentence, also when an index is signed by nobody or somebody else than it says or shall be
 * @example
 * (await readSource('https://listings.example/index.json')).index.listings
 */
export async function readSource(place: string, options: SourceOptions = {}): Promise<SourceIndex> {
  const url = URL.parse(place)
  if (url !== null && /^https?:$/u.test(url.protocol)) {
    return copyIndex(place, { read: fetchFrom(url), ...options })
  }
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`${place} is no folder, and no http or https URL of an index.`)
  }
  if (statSync(join(place, 'index.json'), { throwIfNoEntry: false }) === undefined) return buildIndex(place, options)
  return copyIndex(place, { read: readFrom(place), ...options })
}

function readFrom(place: string): Fetch {
  return async (path, mostBytes) => {
    if (path === 'index.json') return Promise.resolve(new Uint8Array(readFileSync(join(place, path))))
    const read = readListed(place, path, mostBytes)
    return Promise.resolve(read.ok ? read.bytes : undefined)
  }
}

function fetchFrom(url: URL): Fetch {
  return async (path, mostBytes) => {
    const from = path === 'index.json' ? url : new URL(path, url)
    const response = await fetch(from, { signal: AbortSignal.timeout(30_000) }).catch((cause: unknown) => {
      throw new StoreFault(`${from.origin} does not answer.`, { cause })
    })
    if (!response.ok || Number(response.headers.get('content-length') ?? 0) > mostBytes) return undefined
    const parts: Uint8Array[] = []
    let length = 0
    for await (const part of response.body ?? []) {
      length += part.length
      if (length > mostBytes) return undefined
      parts.push(part)
    }
    return new Uint8Array(Buffer.concat(parts))
  }
}

type Copying = { readonly read: Fetch; readonly signers?: readonly Address[] | undefined }

async function copyIndex(place: string, { read, signers }: Copying): Promise<SourceIndex> {
  const bytes = await read('index.json', MOST_INDEX)
  if (bytes === undefined) throw new StoreFault(`${place} is no index of listings: nothing can be read there.`)
  const { index, document } = parseIndex(place, bytes)
  const checked = await checkSignature(index, signers)
  if (!checked.ok) throw new StoreFault(explainSignature(place, checked.fault))
  const { signer } = checked
  if (signer !== undefined && isToCome(index.created)) {
    throw new StoreFault(
      `${place} is signed by ${signer} as of ${index.created}, which has not come yet: every later index of his would be older. He has to sign it again.`,
    )
  }
  return signer === undefined
    ? copyUnsigned(place, { index, read })
    : copySigned({ place, signer, document }, { index, read })
}

type Reading = { readonly index: ReadIndex; readonly read: Fetch }

/** Of its files, and of what it calls them, nothing is believed. */
async function copyUnsigned(place: string, { index: found, read }: Reading): Promise<SourceIndex> {
  const { dropped, isWhole, ...index } = found
  const files = new Map<string, Uint8Array>()
  // By what the index calls them: a file may be named by many listings.
  const kept = new Map<string, string | undefined>()
  const keep: Keep = async (path, as) => {
    if (path === undefined || kept.has(`${as} ${path}`)) return kept.get(`${as} ${path}`)
    const bytes = await read(path, MOST_BYTES.picture)
    const file = bytes === undefined ? undefined : keepFile(as, bytes)
    if (file !== undefined) files.set(file.path, file.bytes)
    kept.set(`${as} ${path}`, file?.path)
    return file?.path
  }
  const copied: Listing[] = []
  for (const listing of index.listings) copied.push(await copyListing(listing, keep))
  // As JSON keeps it: keys without a value are none.
  const listings = JSON.parse(JSON.stringify(copied)) as readonly Listing[]
  const changed = `${place}: its listings are not those that its hash is of; look whether somebody changed them.`
  return {
    index: { ...index, hash: hashListings(listings), listings },
    files,
    leftOut: [...sayDropped(place, dropped), ...(isWhole ? [] : [changed])],
  }
}

/** Every file is the one that was signed: the listings name it by its content. */
async function copySigned(signed: SignedSource, { index: found, read }: Reading): Promise<SourceIndex> {
  const { dropped, isWhole: _, ...index } = found
  const files = new Map<string, Uint8Array>()
  const keep: Keep = async (path, as) => {
    if (path === undefined || files.has(path)) return path
    const bytes = await read(path, MOST_BYTES.picture)
    const file = bytes === undefined ? undefined : keepFile(as, bytes)
    if (file?.path !== path) {
      const what = bytes === undefined ? 'cannot be read' : 'is another file than the one that was signed'
      throw new StoreFault(`${signed.place} is signed by ${signed.signer}, and its ${path} ${what}.`)
    }
    files.set(path, file.bytes)
    return path
  }
  for (const listing of index.listings) await copyListing(listing, keep)
  return { index, files, leftOut: sayDropped(signed.place, dropped), signed }
}

function sayDropped(place: string, dropped: number): readonly string[] {
  return dropped === 0 ? [] : [`${place}: ${dropped} listings cannot be shown.`]
}

function parseIndex(place: string, bytes: Uint8Array): { readonly index: ReadIndex; readonly document: object } {
  try {
    const document = JSON.parse(new TextDecoder().decode(bytes)) as object
    return { index: readIndex(document), document }
  } catch (cause) {
    throw new StoreFault(`${place} is no index of listings: iexec registry build makes one.`, { cause })
  }
}

type Keep = (path: string | undefined, as: KeptAs) => Promise<string | undefined>

/** A listing that names its files by their content; what is not as it should be, it names no more. */
async function copyListing(listing: Listing, keep: Keep): Promise<Listing> {
  const screenshots: string[] = []
  for (const path of listing.screenshots) {
    const kept = await keep(path, 'picture')
    if (kept !== undefined) screenshots.push(kept)
  }
  return {
    ...listing,
    logo: await keep(listing.logo, 'picture'),
    screenshots,
    readme: await keep(listing.readme, 'readme'),
  }
}

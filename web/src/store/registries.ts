// The registries that a site shows: the index of each, read side by side, so that one that fails hides nothing of the others.
import { readIndex, type Listing, type ReadIndex, type SignatureFault } from '@iexec/wire/listing'
import { useQueries } from '@tanstack/react-query'
import { cleanName } from '../read/stranger.ts'
import type { Address } from 'viem'
import { useConfig } from '../site/chain.tsx'
import { part } from '../site/part.ts'
import { cleanListing } from './cleanListing.ts'
import { fetchFile } from './fetchFile.ts'

/** A registry of the site. */
export type Registry = {
  /** Whole address of its index. */
  readonly url: string
  /** What it calls itself; the host until it is read. */
  readonly name: string
  readonly index: JudgedIndex | undefined
  readonly error: Error | undefined
  readonly retry: () => void
}

/** An index whose signature was looked at: `signer` is who signed it. */
export type JudgedIndex = ReadIndex & {
  /** Why none of its listings are shown. */
  readonly refused?: SignatureFault
}

/** A listing and the registry that it is from. */
export type Listed = { readonly listing: Listing; readonly registry: Registry; readonly source: number }

/** All registries of the site, and whether one is still being read. */
export type Registries = {
  readonly registries: readonly Registry[]
  readonly listed: readonly Listed[]
  readonly isReading: boolean
}

/** Larger ones are no index. */
const MOST_BYTES = 20_000_000
const FRESH_MS = 60_000

/** Reads all registries of the site. */
export function useRegistries(): Registries {
  const { listings, signers } = useConfig()
  const urls = listings.map((path) => new URL(path, document.baseURI).href)
  const queries = useQueries({
    queries: urls.map((url, place) => ({
      queryKey: ['registry', url],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
        fetchIndex(url, { expected: signers[listings[place] ?? ''], signal }),
      staleTime: FRESH_MS,
      // What is wrong with it is told at once, with a button that tries again.
      retry: false,
    })),
  })
  const registries = queries.map(({ data, error, refetch }, place) => {
    const url = urls[place] ?? ''
    return {
      url,
      name: data?.name ?? nameOf(url),
      index: data,
      error: error ?? undefined,
      retry: () => void refetch(),
    }
  })
  return {
    registries,
    listed: registries.flatMap((registry, source) =>
      (registry.index?.listings ?? [])
        .filter(({ kind }) => kind === 'app')
        .map((listing) => ({ listing, registry, source })),
    ),
    isReading: queries.some(({ isPending }) => isPending),
  }
}

/**
 * Whether the index of a registry is here, and was not refused: of any other nobody knows what it lists.
 *
 * @example
 * registries.every(isRead) // false while one of them does not answer
 */
export function isRead({ index }: Registry): boolean {
  return index !== undefined && index.refused === undefined
}

type Fetching = { readonly expected: unknown; readonly signal: AbortSignal }

async function fetchIndex(url: string, { expected, signal }: Fetching): Promise<JudgedIndex> {
  const file = await fetchFile(url, { mostBytes: MOST_BYTES, signal })
  const index = readIndex(parse(await file.text()))
  const refused = await judge(index, expected)
  // Nothing of it is shown, also not what it calls itself.
  if (refused !== undefined) return { ...index, name: nameOf(url), listings: [], refused }
  const name = cleanName(index.name ?? '')
  return { ...index, name: name === '' ? nameOf(url) : name, listings: index.listings.map(cleanListing) }
}

/** One that says nothing of a signature, where none is expected, is of nobody. */
async function judge(index: ReadIndex, expected: unknown): Promise<SignatureFault | undefined> {
  if (expected === undefined && index.signer === undefined && index.signature === undefined) return undefined
  const { checkSignature } = await part(async () => import('./signature.ts'))()
  // What is no address is nobody's, and so nothing is taken.
  const signer = typeof expected === 'string' ? (expected as Address) : '0x'
  const checked = await checkSignature(index, expected === undefined ? undefined : [signer])
  return checked.ok ? undefined : checked.fault
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function nameOf(url: string): string {
  const { host, pathname } = new URL(url)
  return host === location.host ? pathname : host
}

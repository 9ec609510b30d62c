// The registries that a site shows: the index of each, read side by side, so that one that fails hides nothing of the others.
import { readIndex, type Listing, type ReadIndex } from '@iexec/wire/listing'
import { useQueries } from '@tanstack/react-query'
import { Fault } from '../read/fault.ts'
import { cleanName } from '../read/stranger.ts'
import { useConfig } from '../site/chain.tsx'
import { cleanListing } from './cleanListing.ts'

/** A registry of the site. */
export type Registry = {
  /** Whole address of its index. */
  readonly url: string
  /** What it calls itself; the host until it is read. */
  readonly name: string
  readonly index: ReadIndex | undefined
  readonly error: Error | undefined
  readonly retry: () => void
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
  const { listings } = useConfig()
  const urls = listings.map((path) => new URL(path, document.baseURI).href)
  const queries = useQueries({
    queries: urls.map((url) => ({
      queryKey: ['registry', url],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => fetchIndex(url, signal),
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

async function fetchIndex(url: string, signal: AbortSignal): Promise<ReadIndex> {
  const response = await fetch(url, { signal, credentials: 'omit' }).catch((cause: unknown) => {
    if (signal.aborted) throw cause
    throw new Fault('ServiceUnreachable', `${url} does not answer.`, { details: registryAt(url), cause })
  })
  if (!response.ok) {
    throw new Fault('ServiceRefused', `${url} answers HTTP ${response.status}.`, { details: registryAt(url) })
  }
  const text = await response.text()
  if (text.length > MOST_BYTES) {
    throw new Fault('BadAnswer', `${url} is larger than an index may be.`, { details: registryAt(url) })
  }
  const index = readIndex(parse(text))
  const name = cleanName(index.name ?? '')
  return { ...index, name: name === '' ? nameOf(url) : name, listings: index.listings.map(cleanListing) }
}

function registryAt(url: string): Readonly<Record<string, string>> {
  return { service: 'registry', host: new URL(url).host }
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

/** The address of a file of a listing; paths of listings stay below their index. */
export function fileUrl(registry: Registry, path: string): string {
  return new URL(path, registry.url).href
}

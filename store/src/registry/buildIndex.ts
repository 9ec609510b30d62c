// Makes the index of a registry: one JSON file that a store reads, and beside it the files of the listings, named after their content. The same registry always makes the same bytes.
import { parseRlc } from '@iexec/protocol'
import { hashListings, readListing, type KeptAs, type Listing, type StoreIndex } from '@iexec/wire/listing'
import { checkRoot } from './checkRoot.ts'
import type { Finder } from './fill.ts'
import { MOST_BYTES, openRegistry, readListed, type ListingFolder, type RegistryFolder } from './folder.ts'
import { readJson } from './jsonFile.ts'
import { keepFile } from './keptFile.ts'
import { momentOfChange } from './moment.ts'

/** From what an index is made. */
export type IndexOptions = {
  /** Of the registry, for people. */
  readonly name?: string | undefined
  /** Of a network of this machine: then only what is on it is listed, with its addresses there. */
  readonly find?: Finder | undefined
}

/** An index, with all its files. */
export type BuiltIndex = {
  readonly index: StoreIndex
  /** By their path beside index.json. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** A sentence for each listing that is not in it. */
  readonly leftOut: readonly string[]
}

/**
 * Makes the index of a registry. It reads tolerantly, as stores do: what cannot be shown is left out.
 *
 * @throws UsageError when there is no such folder
 * @example
 * const { index, files } = await buildIndex('registry', { name: 'Ours' })
 */
export async function buildIndex(place: string, { name, find }: IndexOptions = {}): Promise<BuiltIndex> {
  const registry = openRegistry(place)
  const files = new Map<string, Uint8Array>()
  const leftOut: string[] = []
  const listings: Listing[] = []
  for (const folder of ranked(registry)) {
    const listing = await readFolder(folder, { files, find })
    if (typeof listing === 'string') leftOut.push(listing)
    else listings.push(listing)
  }
  // As JSON keeps it: keys without a value are none.
  const plain = JSON.parse(JSON.stringify(listings)) as readonly Listing[]
  const index = {
    version: 1,
    ...(name === undefined ? {} : { name }),
    created: momentOfChange(registry),
    hash: hashListings(plain),
    listings: plain,
  } as const
  return { index, files, leftOut }
}

/** By rank, and then by name; what registry.json does not name comes last. */
function ranked(registry: RegistryFolder): readonly ListingFolder[] {
  const ranks = new Map(checkRoot(registry).entries.map(({ org, name, rank }) => [`${org}/${name}`, rank]))
  const rankOf = ({ org, name }: ListingFolder): number => ranks.get(`${org}/${name}`) ?? Number.MAX_SAFE_INTEGER
  return registry.listings.toSorted((one, other) => rankOf(one) - rankOf(other))
}

type Reading = { readonly files: Map<string, Uint8Array>; readonly find: Finder | undefined }

/** @returns a sentence when it cannot be listed */
async function readFolder(folder: ListingFolder, { files, find }: Reading): Promise<Listing | string> {
  const { org, name, path } = folder
  const iexec = jsonOf(path, 'iexec.json')
  const store = jsonOf(path, 'store.json')
  const placed = find === undefined ? undefined : await findListed(iexec, find)
  if (find !== undefined && placed === undefined) return `${org}/${name} is not on this network.`
  const keep = (file: unknown, as: KeptAs): string | undefined => {
    const read = typeof file === 'string' ? readListed(path, file, MOST_BYTES.picture) : undefined
    const kept = read?.ok === true ? keepFile(as, read.bytes) : undefined
    if (kept !== undefined) files.set(kept.path, kept.bytes)
    return kept?.path
  }
  const listing = readListing({
    org,
    name,
    iexec: placed?.iexec ?? iexec,
    deployed: placed?.deployed ?? jsonOf(path, 'deployed.json'),
    store,
    logo: keep(iexec['logo'] ?? 'logo.png', 'picture'),
    readme: keep('README.md', 'readme'),
    screenshots: listOf(store['screenshots']).flatMap((file) => keep(file, 'picture') ?? []),
    priceHint: priceOf(iexec),
  })
  return (
    listing ??
    `${org}/${name} is not listed: its iexec.json does not say what it is, or whose. iexec registry validate tells more.`
  )
}

type Fields = Readonly<Record<string, unknown>>

async function findListed(
  iexec: Fields,
  find: Finder,
): Promise<{ readonly iexec: Fields; readonly deployed: Fields } | undefined> {
  const kind = kindOf(iexec)
  if (kind === undefined) return undefined
  const asset = fieldsOf(iexec[kind])
  const name = [asset['name'], asset['description']].find((text) => typeof text === 'string') ?? ''
  const placed = await find({ kind, name, type: typeof asset['type'] === 'string' ? asset['type'] : undefined })
  if (placed === undefined) return undefined
  return {
    iexec: { ...iexec, [kind]: { ...asset, owner: placed.owner } },
    deployed: { [kind]: { [placed.chainId]: placed.address } },
  }
}

function kindOf(iexec: Fields): 'app' | 'dataset' | 'workerpool' | undefined {
  return (['app', 'dataset', 'workerpool'] as const).find((kind) => typeof iexec[kind] === 'object')
}

function priceOf(iexec: Fields): number | undefined {
  const { price } = fieldsOf(iexec[kindOf(iexec) ?? ''])
  try {
    return typeof price === 'string' || typeof price === 'number' ? Number(parseRlc(String(price))) : undefined
  } catch {
    // The orders say what it costs; this is only a hint.
    return undefined
  }
}

function jsonOf(path: string, file: string): Fields {
  const read = readListed(path, file, MOST_BYTES.json)
  const json = read.ok ? readJson(new TextDecoder().decode(read.bytes)) : undefined
  return json?.ok === true ? fieldsOf(json.value) : {}
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 8) : []
}

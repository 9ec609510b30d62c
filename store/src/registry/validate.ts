// Checks a registry: its root, the files of every listing, and what the chains say of them.
import type { ChainSettings } from '@iexec/sdk'
import { UsageError } from '../fault.ts'
import { checkChain, openChains } from './checkChain.ts'
import { checkFiles, type CheckedListing } from './checkFiles.ts'
import { checkRoot } from './checkRoot.ts'
import { openRegistry, type ListingFolder } from './folder.ts'
import type { FileFault } from './jsonFile.ts'

/** How strictly. */
export type ValidateOptions = {
  /** Chains that are asked; nobody is asked when left out. */
  readonly chains?: readonly ChainSettings[] | undefined
  /** Who proposes the listings: theirs is the folder of this name. */
  readonly author?: string | undefined
}

/** What came of it. */
export type Validated = {
  /** How many there are. */
  readonly listings: number
  /** All files that were looked at. */
  readonly files: readonly string[]
  readonly faults: readonly FileFault[]
  /** What could not be looked at, and is no fault of the listings. */
  readonly notes: readonly string[]
}

/**
 * Checks a registry, or a part of it.
 *
 * @throws UsageError when there is nothing to check
 * @example
 * (await validateRegistry('registry')).faults // []
 */
export async function validateRegistry(path: string, { chains, author }: ValidateOptions = {}): Promise<Validated> {
  const registry = openRegistry(path)
  if (registry.listings.length === 0) {
    throw new UsageError(`${path} holds no listing: a listing is a folder <org>/<name> with an iexec.json.`)
  }
  const root = checkRoot(registry)
  const checked = registry.listings.map(checkFiles)
  const right = checked.flatMap(({ listing }) => listing ?? [])
  const onChain = chains === undefined ? [] : await askChains(right, chains)
  return {
    listings: registry.listings.length,
    files: [...root.files, ...checked.flatMap(({ files }) => files)],
    faults: [
      ...root.faults,
      ...registry.listings.flatMap((folder) => authorFaults(folder, author)),
      ...checked.flatMap(({ faults }) => faults),
      ...onChain.flatMap(({ faults }) => faults),
    ],
    notes: onChain.flatMap(({ notes }) => notes),
  }
}

async function askChains(
  listings: readonly CheckedListing[],
  settings: readonly ChainSettings[],
): Promise<readonly Awaited<ReturnType<typeof checkChain>>[]> {
  const chains = openChains(settings)
  return Promise.all(listings.map(async (listing) => checkChain(listing, chains)))
}

function authorFaults({ org, name, shown }: ListingFolder, author: string | undefined): readonly FileFault[] {
  if (author === undefined || org.toLowerCase() === author.toLowerCase()) return []
  const sentence = `The folder of ${org} is not of ${author}, who proposes this.`
  return [{ file: shown === '' ? `${org}/${name}` : shown, line: undefined, sentence }]
}

// Old indexes: whoever serves an index cannot change one that is signed, but could show the one of last year.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIndex, type ReadIndex } from '@iexec/wire/listing'
import { StoreFault } from '../fault.ts'
import { CONFIG_FILE, readSiteConfig } from './config.ts'
import type { SourceIndex } from './source.ts'

/**
 * Looks for what a store shows as signed and would show no more as its signer made it: an index that is older, and one that is not
 * there under the same signer and the same name, as when its signature was taken away. Where a signer has several registries of one
 * name, one is old when it is older than all of them.
 *
 * @param folder of the store as it is
 * @returns a sentence
 * @example
 * findReplay('shop', sources) // undefined
 */
export function findReplay(folder: string, sources: readonly SourceIndex[]): string | undefined {
  const shown = signedIn(folder)
  const coming = sources.flatMap(({ index, signed }) => (signed === undefined ? [] : [{ ...index, ...signed }]))
  for (const old of shown) {
    if (coming.filter((one) => isSame(one, old)).length < shown.filter((one) => isSame(one, old)).length) {
      return `This store shows listings${old.name === undefined ? '' : ` called ${old.name}`} that ${old.signer ?? ''} signed, and would not any more: somebody may have taken the signature away. ${IF_MEANT}`
    }
  }
  for (const one of coming) {
    const same = shown.filter((old) => isSame(one, old)).map(({ created }) => created)
    const [oldest] = same.toSorted((first, second) => Date.parse(first) - Date.parse(second))
    if (oldest !== undefined && Date.parse(one.created) < Date.parse(oldest)) {
      return `${one.place} is of ${one.created}, and this store shows one of ${oldest} that ${one.signer} signed: somebody may show you an old one. ${IF_MEANT}`
    }
  }
  return undefined
}

const IF_MEANT = 'If it is meant, name another folder with --out.'

type Named = Pick<ReadIndex, 'signer' | 'name'>

function isSame(one: Named, other: Named): boolean {
  return one.signer?.toLowerCase() === other.signer?.toLowerCase() && one.name === other.name
}

/** Those that were signed when the store was built. @throws StoreFault when one of them cannot be read: it may be newer than what comes */
function signedIn(folder: string): readonly ReadIndex[] {
  if (!existsSync(join(folder, CONFIG_FILE))) return []
  const { listings, signers = {} } = readShown(CONFIG_FILE, () => readSiteConfig(folder))
  return listings
    .filter((path) => signers[path] !== undefined)
    .map((path) => readShown(path, () => readIndex(JSON.parse(readFileSync(join(folder, path), 'utf8')))))
}

function readShown<Content>(path: string, read: () => Content): Content {
  try {
    return read()
  } catch (cause) {
    throw new StoreFault(
      `${path} of this store cannot be read, and so nobody knows whether what comes is older than what it shows. Put it back, or name another folder with --out.`,
      { cause },
    )
  }
}

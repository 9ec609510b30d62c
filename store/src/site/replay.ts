// Old indexes: whoever serves an index cannot change one that is signed, but could show the one of last year.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIndex, type ReadIndex } from '@iexec/wire/listing'
import { readSiteConfig } from './config.ts'
import type { SourceIndex } from './source.ts'

/**
 * Looks for an index that is older than what a store shows of the same signer and the same name. Where a signer has several
 * registries of one name, one is old when it is older than all of them.
 *
 * @param folder of the store as it is
 * @returns a sentence
 * @example
 * findReplay('shop', sources) // undefined
 */
export function findReplay(folder: string, sources: readonly SourceIndex[]): string | undefined {
  const shown = signedIn(folder)
  for (const { index, signed } of sources) {
    if (signed === undefined) continue
    const same = shown.filter(
      ({ signer, name }) => signer?.toLowerCase() === signed.signer.toLowerCase() && name === index.name,
    )
    const [oldest] = same.map(({ created }) => created).toSorted((one, other) => Date.parse(one) - Date.parse(other))
    if (oldest !== undefined && Date.parse(index.created) < Date.parse(oldest)) {
      return `${signed.place} is of ${index.created}, and this store shows one of ${oldest} that ${signed.signer} signed: somebody may show you an old one. If it is meant, name another folder with --out.`
    }
  }
  return undefined
}

/** Those that were signed when the store was built. */
function signedIn(folder: string): readonly ReadIndex[] {
  try {
    const { listings, signers = {} } = readSiteConfig(folder)
    return listings
      .filter((path) => signers[path] !== undefined)
      .map((path) => readIndex(JSON.parse(readFileSync(join(folder, path), 'utf8'))))
  } catch {
    // There is no store yet, or one whose files were taken away.
    return []
  }
}

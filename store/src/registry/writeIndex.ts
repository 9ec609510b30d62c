// Writes an index and its files into a folder.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BuiltIndex } from './buildIndex.ts'

/** What is written: an index, or one that was read elsewhere, as it is. */
type WrittenIndex = Pick<BuiltIndex, 'files'> & { readonly index: object }

const FILES = 'files'

/**
 * Writes an index: its files first, then the index, and only then are those removed that the one before named. So whoever reads
 * meanwhile finds all that the index names.
 *
 * @example
 * writeIndex('public/registry', await buildIndex('registry'))
 */
export function writeIndex(folder: string, { index, files }: WrittenIndex): void {
  mkdirSync(folder, { recursive: true })
  for (const [path, bytes] of files) {
    const file = join(folder, path)
    // Its name is its content.
    if (existsSync(file)) continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.part`, bytes)
    renameSync(`${file}.part`, file)
  }
  const part = join(folder, 'index.json.part')
  writeFileSync(part, `${JSON.stringify(index, undefined, 1)}\n`)
  renameSync(part, join(folder, 'index.json'))
  removeOthers(join(folder, FILES), files)
}

function removeOthers(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!files.has(`${FILES}/${name}`)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

// Writes an index and its files into a folder.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { BuiltIndex } from './buildIndex.ts'

/**
 * Writes an index: its files first, so that whoever reads it meanwhile finds all that it names. Files of an older one are removed.
 *
 * @example
 * writeIndex('public/registry', await buildIndex('registry'))
 */
export function writeIndex(folder: string, { index, files }: Pick<BuiltIndex, 'index' | 'files'>): void {
  rmSync(join(folder, 'files'), { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  const part = join(folder, 'index.json.part')
  writeFileSync(part, `${JSON.stringify(index, undefined, 1)}\n`)
  renameSync(part, join(folder, 'index.json'))
}

// What the shell is made of, as one short text: when it differs, the shell is of other sources.
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The fingerprint of files and folders, by the names, sizes and times of their files. What is not there counts as such.
 *
 * @example
 * fingerprintOf('/clone', ['web/src', 'web/index.html']) // 'q3Zk…'
 */
export function fingerprintOf(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) for (const line of describe(root, path)) hash.update(`${line}\n`)
  return hash.digest('base64url')
}

function describe(root: string, path: string): readonly string[] {
  const found = statSync(join(root, path), { throwIfNoEntry: false })
  if (found === undefined) return [`${path} is not there`]
  if (!found.isDirectory()) return [`${path} ${found.size} ${found.mtimeMs}`]
  return readdirSync(join(root, path))
    .toSorted()
    .filter((name) => name !== 'node_modules' && !/\.test\.tsx?$/u.test(name))
    .flatMap((name) => describe(root, `${path}/${name}`))
}

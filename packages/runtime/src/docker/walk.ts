// Walks a folder that somebody else may be changing: follows no link, trusts no name, and stops when its reader has enough.
import type { Dir } from 'node:fs'
import { opendir } from 'node:fs/promises'

/** What stands in a folder. The path is bytes, because names need not be UTF-8. */
export type Entry = { readonly path: Buffer; readonly kind: 'folder' | 'file' | 'other' }

/**
 * Yields a folder, then everything in it, each folder before its content. What vanishes meanwhile is left out.
 *
 * @throws Error of the file system, such as EACCES or ENAMETOOLONG, for a folder that cannot be read
 *
 * @example
 * for await (const { path, kind } of walk('/tmp/run/output')) …
 */
export async function* walk(folder: string | Buffer): AsyncGenerator<Entry> {
  const path = Buffer.from(folder)
  yield { path, kind: 'folder' }
  const opened = await openFolder(path)
  if (opened === undefined) return
  for await (const entry of opened) {
    const inner = Buffer.concat([path, Buffer.from('/'), Buffer.from(entry.name, 'latin1')])
    if (entry.isDirectory()) yield* walk(inner)
    else yield { path: inner, kind: entry.isFile() ? 'file' : 'other' }
  }
}

async function openFolder(path: Buffer): Promise<Dir | undefined> {
  try {
    // Each byte of a name becomes one character.
    return await opendir(path, { encoding: 'latin1', bufferSize: 256 })
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

/**
 * Whether an error of the file system is one of these.
 *
 * @example
 * hasCode(error, 'ENOENT')
 */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code)
}

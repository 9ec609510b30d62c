// The folder of 2018: inputs by the names that their URLs have, and zip files unpacked, in the folder where outputs go too.
import { constants } from 'node:fs'
import { copyFile, link, lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Given, GivenFile } from '../contract/verdict.ts'
import { MachineFault } from '../job.ts'
import type { FetchedInput } from './fetchInputs.ts'

const LONGEST_NAME = 255

/**
 * Puts inputs into the folder of 2018, without a second copy where the disk can do that.
 *
 * @returns what stands there now, so that outputs can be told from it
 * @throws MachineFault when the disk does not let it
 * @example
 * const given = await layOut(inputs, folders.legacy)
 */
export async function layOut(inputs: readonly FetchedInput[], folder: string): Promise<Given> {
  const files = new Map<string, GivenFile>()
  for (const input of inputs) {
    for (const name of namesOf(input)) {
      if (files.has(name)) continue
      const path = join(folder, name)
      await place(input.path, path)
      files.set(name, { sha256: input.sha256, stats: await lstat(path) })
    }
  }
  // A link more is a new time for the others of the same file.
  for (const [name, { sha256 }] of files) files.set(name, { sha256, stats: await lstat(join(folder, name)) })
  return { files, entries: files.size, bytes: [...files.values()].reduce((sum, { stats }) => sum + stats.size, 0) }
}

/**
 * The name that a URL has for people: its last part, when that can be the name of a file.
 *
 * @example
 * nameInUrl('https://example.com/data/a%20b.csv?v=2') // 'a b.csv'
 */
export function nameInUrl(url: string): string | undefined {
  const [path = ''] = url.split(/[?#]/u)
  const name = decode(
    path
      .replace(/^https?:\/\/[^/]*/iu, '')
      .split('/')
      .at(-1) ?? '',
  )
  const isName = name !== '' && name !== '.' && name !== '..' && !/[/\0]/u.test(name)
  return isName && Buffer.byteLength(name) <= LONGEST_NAME ? name : undefined
}

function namesOf({ url, name }: FetchedInput): readonly string[] {
  const other = nameInUrl(url)
  return other === undefined ? [name] : [name, other]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

async function place(from: string, to: string): Promise<void> {
  try {
    await link(from, to).catch(async () => copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL))
  } catch (cause) {
    throw new MachineFault(`An input cannot be put to ${to}: ${String(cause)}`, { cause })
  }
}

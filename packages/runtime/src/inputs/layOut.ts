// The folder of 2018: inputs by the names that their URLs have, and zip files unpacked, in the folder where outputs go too.
import { constants } from 'node:fs'
import { copyFile, link, lstat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hex } from 'viem'
import type { FetchLimits } from '../contract/limits.ts'
import type { Given } from '../contract/verdict.ts'
import { MachineFault, TaskFault } from '../job.ts'
import { FetchFault } from './fetchFault.ts'
import type { FetchedInput } from './fetchInputs.ts'
import { unpackZip, type UnpackOptions, type Unpacked } from './unpackZip.ts'

const LONGEST_NAME = 255

/** What may be unpacked, and until when. */
export type LayOutOptions = { readonly fetch: FetchLimits; readonly signal: AbortSignal }

/**
 * Puts inputs into the folder of 2018: as links where the disk can do that, zip files unpacked beside themselves.
 *
 * @returns what stands there now, so that outputs can be told from it
 * @throws TaskFault `INPUT_FILES_DOWNLOAD_FAILED` when a zip file is harmful; MachineFault; what `signal` was aborted with
 * @example
 * const given = await layOut(inputs, folders.legacy, { fetch, signal })
 */
export async function layOut(inputs: readonly FetchedInput[], folder: string, options: LayOutOptions): Promise<Given> {
  const hashes = new Map<string, Hex>()
  for (const input of inputs) {
    for (const name of namesOf(input)) {
      if (hashes.has(name)) continue
      await place(input.path, join(folder, name))
      hashes.set(name, input.sha256)
    }
  }
  const budget = { bytes: options.fetch.bytes, entries: options.fetch.files }
  for (const input of inputs.filter(isZip)) {
    const unpacked = await unpack(input, { folder, budget, signal: options.signal })
    for (const { name, sha256 } of unpacked) hashes.set(name, sha256)
  }
  // Looked at last: each link changes a time of the file that it leads to.
  const files = await Promise.all(
    [...hashes].map(async ([name, sha256]) => [name, { sha256, stats: await lstat(join(folder, name)) }] as const),
  )
  const folders = new Set(files.flatMap(([name]) => foldersOf(name)))
  return {
    files: new Map(files),
    // Empty folders of zip files included: rather too many than too few.
    entries: files.length + folders.size + options.fetch.files - budget.entries,
    bytes: files.reduce((sum, [, { stats }]) => sum + stats.size, 0),
  }
}

async function unpack(input: FetchedInput, options: UnpackOptions): Promise<readonly Unpacked[]> {
  try {
    return await unpackZip(input.path, options)
  } catch (error) {
    if (!(error instanceof FetchFault)) throw error
    throw new TaskFault('INPUT_FILES_DOWNLOAD_FAILED', `${input.url}: ${error.message}`, { cause: error })
  }
}

function isZip({ url }: FetchedInput): boolean {
  return nameInUrl(url)?.toLowerCase().endsWith('.zip') === true
}

/** `a/b/c` is in `a` and `a/b`. */
function foldersOf(name: string): readonly string[] {
  const parts = name.split('/').slice(0, -1)
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'))
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
  // A disk writes each half of a character in the same way, so two names could meet.
  return isName && name.isWellFormed() && Buffer.byteLength(name) <= LONGEST_NAME ? name : undefined
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

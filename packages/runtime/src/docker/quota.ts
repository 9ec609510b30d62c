// How much an app has written, counted while it runs: a folder has no quota that every engine knows.
import { lstat, statfs } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { LONGEST_PATH } from '../contract/limits.ts'
import type { RunFolders } from '../job.ts'
import { reopen } from './folders.ts'
import { hasCode, walk } from './walk.ts'

/** What stands in folders: `entries` counts files, folders, links and everything else, `bytes` the sizes of the files. */
export type Usage = { readonly bytes: number; readonly entries: number }

/** More than this is too much. */
export type Quota = { readonly outputBytes: number; readonly outputFiles: number }

/** Time between two counts. A count that takes long is followed by a pause of ten times its length: at most a tenth of a core. */
const PERIOD_MS = 200

/**
 * Counts what stands in folders, themselves not included, and stops counting where it exceeds the quota. No link is followed,
 * and a sparse file counts as long as it says to be.
 *
 * @returns `too-much` also for paths that are too long
 *
 * @example
 * await measure(['/tmp/run/output'], { outputBytes: 1e9, outputFiles: 1000 }) // { bytes: 12, entries: 1 }
 */
export async function measure(folders: readonly string[], quota: Quota): Promise<Usage | 'too-much'> {
  let bytes = 0
  // Each folder itself is yielded first.
  let entries = -folders.length
  try {
    for (const folder of folders) {
      for await (const { path, kind } of walk(folder)) {
        entries += 1
        if (path.length > Buffer.byteLength(folder) + 1 + LONGEST_PATH) return 'too-much'
        if (kind === 'folder') await reopen(path, kind)
        if (kind === 'file') bytes += await sizeOf(path)
        if (entries > quota.outputFiles || bytes > quota.outputBytes) return 'too-much'
      }
    }
  } catch (error) {
    if (hasCode(error, 'ENAMETOOLONG')) return 'too-much'
    throw error
  }
  return { bytes, entries }
}

async function sizeOf(path: Buffer): Promise<number> {
  try {
    const { size } = await lstat(path)
    return size
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return 0
    throw error
  }
}

/** What is watched while an app runs. */
export type Watched = {
  readonly folders: RunFolders
  readonly quota: Quota
  /** Free bytes that the disk must keep. Files that an app has removed and still writes to are seen nowhere else. */
  readonly reserveBytes: number
  /** Ends the watch. */
  readonly signal: AbortSignal
}

/**
 * Counts again and again until the signal ends it, or until there is too much.
 *
 * @returns why it ended: `machine-full` when the disk itself has less left than it must keep
 *
 * @example
 * if ((await watchOutput(watched)) === 'disk-full') await container.kill()
 */
export async function watchOutput(watched: Watched): Promise<'disk-full' | 'machine-full' | 'ended'> {
  const { folders, quota, reserveBytes, signal } = watched
  while (!signal.aborted) {
    const start = performance.now()
    if ((await measure([folders.output, folders.legacy], quota)) === 'too-much') return 'disk-full'
    if ((await freeBytes(folders.output)) < reserveBytes) return 'machine-full'
    const period = Math.max(PERIOD_MS, 10 * (performance.now() - start))
    await pause(period, undefined, { signal }).catch(() => undefined)
  }
  return 'ended'
}

/**
 * Free bytes of the disk on which a folder lies.
 *
 * @example
 * await freeBytes('/tmp') // 12345678901
 */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/**
 * Returns the quota of a run whose folders hold something already: its inputs in the layout of 2018.
 *
 * @example
 * addToQuota({ outputBytes: 100, outputFiles: 10 }, { bytes: 5, entries: 1 }) // { outputBytes: 105, outputFiles: 11 }
 */
export function addToQuota(quota: Quota, { bytes, entries }: Usage): Quota {
  return { outputBytes: quota.outputBytes + bytes, outputFiles: quota.outputFiles + entries }
}

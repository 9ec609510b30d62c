// Blocks as files of a folder, in 256 folders by their first two digits.
import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sayWhy } from '@iexec/service'
import type { Blocks } from './blocks.ts'
import type { BlockHash } from './hash.ts'

/**
 * Keeps blocks in a folder. A block is written under another name, brought to the disk, and then renamed: a process that is
 * killed at any moment leaves no half of a block under its hash.
 *
 * @example
 * const blocks = openFolder('/data/blocks')
 * await blocks.open()
 */
export function openFolder(folder: string): Blocks {
  const unfinished = join(folder, 'unfinished')
  const shard = (hash: BlockHash): string => join(folder, hash.slice(0, 2))
  const path = (hash: BlockHash): string => join(shard(hash), hash)
  // Folders that this process has brought to the disk.
  const lasting = new Set<string>()
  return {
    place: `folder ${folder}`,
    get: async (hash) => readIfThere(path(hash)),
    put: async (hash, bytes) => {
      const temporary = join(unfinished, `${process.pid}-${randomBytes(8).toString('hex')}`)
      try {
        await writeDurably(temporary, bytes)
        await moveTo(temporary, path(hash))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    settle: async (hashes) => {
      // A rename lasts when the folder is on the disk, and a folder when the one around it is.
      const shards = [...new Set(hashes.map(shard))]
      for (const name of shards) await syncFolder(name)
      if (shards.every((name) => lasting.has(name))) return
      await syncFolder(folder)
      for (const name of shards) lasting.add(name)
    },
    remove: async (hash) => rm(path(hash), { force: true }),
    open: async () => {
      try {
        await mkdir(unfinished, { recursive: true, mode: 0o700 })
        await removeLeftovers(unfinished)
      } catch (cause) {
        throw new Error(`Blocks cannot be kept in ${folder}: ${sayWhy(cause)}.`, { cause })
      }
    },
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function moveTo(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await mkdir(dirname(to), { recursive: true, mode: 0o700 })
    await rename(from, to)
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Removes what processes left that are gone. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await listLeftovers(folder)) await rm(join(folder, name), { recursive: true, force: true })
}

/**
 * What processes left in a folder of unfinished files, whose names begin with the number of their process. Those of another
 * process that still runs are its own.
 *
 * @example
 * await listLeftovers('/data/spool') // ['4711-9f…']
 */
export async function listLeftovers(folder: string): Promise<readonly string[]> {
  const left: string[] = []
  for (const name of await readdir(folder)) {
    const pid = Number.parseInt(name, 10)
    if (pid === process.pid || !(await isRunning(pid))) left.push(name)
  }
  return left
}

async function isRunning(pid: number): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  // Zombies count as ended.
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  if (state !== undefined) return !/\) Z /u.test(state)
  if (await stat('/proc/self').catch(() => undefined)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

// A disk that is full: noted when something could not be kept, and believed until something can be kept again.
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDiskFull } from '@iexec/service'
import { hashBytes } from '../blocks/hash.ts'
import type { Shelf } from './upload.ts'

/** What is said to who brings something. */
export const DISK_FULL = 'The disk of this storage is full: bring it again later, or elsewhere.'

/** The disk, as far as it was seen to be full. */
export type Disk = {
  /** Notes that it is full when an error says so; returns whether it does. */
  readonly note: (error: unknown) => boolean
  /** Whether it was full and still is: then something small is kept and removed, once a second at most. */
  readonly isFull: () => Promise<boolean>
}

/** Where things are kept, and who hears that no room is left. */
export type DiskWatch = {
  readonly shelf: Shelf
  /** Folder of archives that are just coming. */
  readonly spool: string
  readonly onFull: () => void
}

const TRIAL_BYTES = 262_144
const PAUSE_MS = 1_000

/**
 * Watches the disk by what becomes of what is brought.
 *
 * @example
 * const disk = watchDisk({ shelf, spool, onFull: () => log.error('The disk is full.') })
 * if (disk.note(error)) refuse(507)
 */
export function watchDisk({ shelf, spool, onFull }: DiskWatch): Disk {
  let wasFull = false
  let triedAt = -Infinity
  let trial: Promise<boolean> = Promise.resolve(false)
  return {
    note: (error) => {
      if (!isDiskFull(error)) return false
      if (!wasFull) onFull()
      wasFull = true
      return true
    },
    isFull: async () => {
      if (!wasFull) return false
      const now = performance.now()
      if (now - triedAt >= PAUSE_MS) {
        triedAt = now
        trial = canKeep(shelf, spool)
      }
      if (await trial) wasFull = false
      return wasFull
    },
  }
}

/** Tries blocks, the spool and the tables: each may be on a disk of its own. */
async function canKeep({ blocks, database }: Shelf, spool: string): Promise<boolean> {
  const bytes = randomBytes(TRIAL_BYTES)
  const hash = hashBytes(bytes)
  const path = join(spool, `${process.pid}-trial-${hash}`)
  try {
    await blocks.put(hash, bytes)
    await writeFile(path, bytes, { mode: 0o600 })
    await database.write(async (writer) => {
      const trial = { task: hash, worker: 'trial', holding: '', deal: bytes.toString('hex'), digest: '' }
      await writer
        .insertInto('result')
        .values({ ...trial, final_deadline: 0, is_judged: 1 })
        .execute()
      await writer.deleteFrom('result').where('task', '=', hash).execute()
    })
    return true
  } catch {
    return false
  } finally {
    await Promise.allSettled([blocks.remove(hash), rm(path, { force: true })])
  }
}

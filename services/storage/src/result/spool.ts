// Archives that are just coming: small ones in memory, others in a file of their own, until they are hashed and stored.
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm, unlink, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { listLeftovers } from '../blocks/folder.ts'

/** Each file costs a dozen trips to the disk. Of so many bytes, as many archives as come in at a time need 8 MB. */
const MOST_IN_MEMORY = 262_144

/**
 * Makes the folder ready, and removes what processes left that are gone, there and where they had noted what they were loading.
 * An empty file with the name of this process stays: it tells the next one who it was.
 *
 * @param forget is given the names of processes that are gone, among those of other files
 * @returns the name of this process
 * @example
 * const name = await openSpool('/data/spool', async (names) => dropLoading(database, names))
 */
export async function openSpool(
  folder: string,
  forget: (processes: readonly string[]) => Promise<void>,
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const left = await listLeftovers(folder)
  // The files last: whoever is killed in between leaves them to the next one.
  await forget(left)
  for (const name of left) await rm(join(folder, name), { recursive: true, force: true })
  const name = newName()
  await writeFile(join(folder, name), '', { mode: 0o600, flag: 'wx' })
  return name
}

function newName(): string {
  return `${process.pid}-${randomBytes(8).toString('hex')}`
}

/** How much of the disk a body of so many bytes takes while it comes. */
export function bytesInSpool(bytes: number): number {
  return bytes <= MOST_IN_MEMORY ? 0 : bytes
}

/**
 * Takes a body whole, hands it to the work, and forgets it.
 *
 * @param work is given the bytes, or the path of a file that is gone afterwards
 * @example
 * await holdBody(spool, { body, bytes: 1_000 }, async (archive) => readArchive(archive))
 */
export async function holdBody<Answer>(
  folder: string,
  { body, bytes }: { readonly body: IncomingMessage; readonly bytes: number },
  work: (archive: Buffer | string) => Promise<Answer>,
): Promise<Answer> {
  if (bytesInSpool(bytes) === 0) return work(await buffer(body))
  const path = join(folder, newName())
  try {
    await pipeline(body, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
    return await work(path)
  } finally {
    // It is not there when it could not be opened.
    await unlink(path).catch(() => undefined)
  }
}

// Whose the folders of a run are: writable for the app's user and for nobody else of this machine.
import { randomUUID } from 'node:crypto'
import { chmod, chown, lstat, rename } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { RunFolders } from '../job.ts'
import { hasCode, walk } from './walk.ts'

/**
 * Lets an app read its inputs and write its outputs.
 *
 * When this process is root, the folders of outputs become the app's user's, with mode 0700. When it is not, the app runs as
 * this very user, and the folders are its own already. Inputs become readable for everybody: the folder above them, which
 * belongs to the worker alone, keeps others of this machine out. Files in the layout of 2018 keep their owner, because they may
 * be links to files that other runs get, too: an app can replace them there, but not write into them.
 *
 * @param user `uid:gid` of the app
 *
 * @example
 * await openFolders(folders, '65534:65534')
 */
export async function openFolders({ input, output, legacy }: RunFolders, user: string): Promise<void> {
  const [uid = 0, gid = 0] = user.split(':').map(Number)
  for await (const { path, kind } of walk(input)) {
    if (kind !== 'other') await addRights(path, kind === 'folder' ? 0o555 : 0o444)
  }
  for (const folder of [output, legacy]) {
    for await (const { path, kind } of walk(folder)) {
      if (kind === 'file') await addRights(path, 0o444)
      // How careful this machine is with rights of new files (its umask) must not decide what an app can run.
      if (kind === 'file' && ((await lstat(path)).mode & 0o100) !== 0) await addRights(path, 0o555)
      if (kind !== 'folder') continue
      if (process.getuid?.() === 0) await chown(path, uid, gid)
      await chmod(path, 0o700)
    }
  }
}

/**
 * Makes what an app left readable and removable for this process: rights that it took away are given back, unless this is root,
 * which needs none.
 *
 * @example
 * await reopenFolders(folders)
 */
export async function reopenFolders({ output, legacy }: RunFolders): Promise<void> {
  if (process.getuid?.() === 0) return
  for (const folder of [output, legacy]) {
    for await (const { path, kind } of walk(folder)) await reopen(path, kind)
  }
}

/** Bytes of a path below its folder from which on it is made shorter; what the system can open at most is 4,095. */
const LONG_PATH = 2000

/**
 * Moves folders up that lie so deep that nobody can open or remove them by their paths. Only for outputs that are void anyway.
 *
 * @example
 * await flattenFolders(folders)
 */
export async function flattenFolders({ output, legacy }: RunFolders): Promise<void> {
  for (const folder of [output, legacy]) while (await flatten(folder)) await reopen(Buffer.from(folder), 'folder')
}

/** Returns whether something was moved, which may hold what is as deep again. */
async function flatten(folder: string): Promise<boolean> {
  let hasMoved = false
  for await (const { path, kind } of walk(folder)) {
    await reopen(path, kind)
    if (kind !== 'folder' || path.length - folder.length < LONG_PATH) continue
    await rename(path, join(folder, randomUUID()))
    hasMoved = true
  }
  return hasMoved
}

/**
 * The same for one entry, before it is read.
 *
 * @example
 * for await (const { path, kind } of walk(folder)) await reopen(path, kind)
 */
export async function reopen(path: Buffer, kind: 'folder' | 'file' | 'other'): Promise<void> {
  if (process.getuid?.() === 0 || kind === 'other') return
  await addRights(path, kind === 'folder' ? 0o700 : 0o400)
}

async function addRights(path: Buffer, rights: number): Promise<void> {
  try {
    const { mode } = await lstat(path)
    if ((mode & rights) !== rights) await chmod(path, (mode | rights) & 0o7777)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

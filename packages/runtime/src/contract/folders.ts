// The folders of one run on the host. Nothing of a run is ever outside of its own folder.
import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MachineFault, type RunFolders } from '../job.ts'

/**
 * Makes the folders of a run anew, empty.
 *
 * @param folder of this run alone: all that is in it is removed
 * @throws MachineFault when the disk does not let it
 * @example
 * const { input, output, legacy } = await prepareFolders('/var/lib/iexec/0x…')
 */
export async function prepareFolders(folder: string): Promise<RunFolders> {
  const folders = { input: join(folder, 'input'), output: join(folder, 'output'), legacy: join(folder, 'legacy') }
  try {
    await removeFolder(folder)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const path of Object.values(folders)) await mkdir(path, { mode: 0o755 })
    return folders
  } catch (cause) {
    throw new MachineFault(`The folder ${folder} cannot be prepared: ${String(cause)}`, { cause })
  }
}

/**
 * Removes a folder, also when an app took away the right to look into folders in it, or put more folders into each other than a
 * path can name.
 *
 * @example
 * await removeFolder('/var/lib/iexec/0x…')
 */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch {
    // These go down step by step, and never name a whole path.
    await runQuietly('chmod', ['-R', 'u+rwX', '--', folder])
    await runQuietly('rm', ['-rf', '--', folder])
    await rm(folder, { recursive: true, force: true })
  }
}

async function runQuietly(command: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(command, args).catch(() => undefined)
}

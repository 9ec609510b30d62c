// The folders of one run on the host. Nothing of a run is ever outside of its own folder.
import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
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

/** Removes a folder, also when an app took away the right to look into folders in it. */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch {
    await openUp(folder)
    await rm(folder, { recursive: true, force: true })
  }
}

async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o700)
  const entries = await readdir(folder, { withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) await openUp(join(folder, entry.name))
}

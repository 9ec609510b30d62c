// Files that are there whole or not at all.
import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError } from '../cliError.ts'

/** Whether something is there, a file or a folder. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/**
 * Writes a file through a second one, so that nobody ever finds half of it.
 *
 * @param mode permissions of the file: 0o600 for whatever holds a key, whose folder is nobody else's either
 * @throws CliError `BadFile`
 * @example
 * await writeWhole('.secrets/beneficiary/0x…_key', privateKey, 0o600)
 */
export async function writeWhole(path: string, bytes: Uint8Array | string, mode = 0o644): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true, ...(mode === 0o600 ? { mode: 0o700 } : {}) })
    await writeFile(beside, bytes, { mode, flag: 'wx' })
    await rename(beside, path)
  } catch (cause) {
    await rm(beside, { force: true })
    const { code, message } = cause as NodeJS.ErrnoException
    throw new CliError('BadFile', `${path} cannot be written: ${code ?? message}.`, { cause })
  }
}

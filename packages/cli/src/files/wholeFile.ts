// Files that are there whole or not at all.
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
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
 * Writes a file through a second one, so that nobody ever finds half of it, not even after the machine lost its power.
 *
 * @param mode permissions of the file: 0o600 for whatever holds a key, whose folder is nobody else's either; 0o644 without what
 * the system takes away when left out
 * @throws CliError `BadFile`
 * @example
 * await writeWhole('.secrets/beneficiary/0x…_key', privateKey, 0o600)
 */
export async function writeWhole(path: string, bytes: Uint8Array | string, mode?: number): Promise<void> {
  const beside = nameBeside(path)
  try {
    await mkdir(dirname(path), { recursive: true, ...(mode === 0o600 ? { mode: 0o700 } : {}) })
    await writeFile(beside, bytes, { mode: mode ?? 0o644, flag: 'wx', flush: true })
    // Of what is asked for when a file is made, the system takes away what it usually does.
    if (mode !== undefined) await chmod(beside, mode)
    await rename(beside, path)
  } catch (cause) {
    await rm(beside, { force: true })
    throw unwritable(path, cause)
  }
}

/**
 * Goes on only when `writeWhole` could write a file now: before something is done that has to be written down.
 *
 * @throws CliError `BadFile`
 */
export async function requireWritable(path: string): Promise<void> {
  const beside = nameBeside(path)
  try {
    await writeFile(beside, '', { flag: 'wx' })
  } catch (cause) {
    throw unwritable(path, cause)
  }
  await rm(beside, { force: true })
}

function nameBeside(path: string): string {
  return `${path}.${randomBytes(6).toString('hex')}.tmp`
}

function unwritable(path: string, cause: unknown): CliError {
  return new CliError('BadFile', `${path} cannot be written: ${reasonOf(cause)}.`, { cause })
}

/** Why a file cannot be read or written, in words. */
export function reasonOf(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM') return 'you may not'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'ENOSPC') return 'the disk is full'
  return message
}

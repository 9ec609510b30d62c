// Results that come home: downloaded, compared with what the workers agreed on, decrypted where that is wanted, and written whole.
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { TaskId } from '@iexec/protocol'
import { decryptResult, IexecError, readZip, type FoundDigest, type Iexec } from '@iexec/sdk'
import { CliError } from '../../cliError.ts'
import { exists, writeWhole } from '../../files/wholeFile.ts'
import { rows } from '../../rows.ts'
import { projectFolder } from '../../session.ts'
import { onOneLine } from '../order/words.ts'

/** A result on this machine. */
export type SavedResult = {
  readonly resultPath: string
  readonly bytes: number
  /** The names in the archive. */
  readonly files: readonly string[]
  /** By what it was compared with what the workers agreed on; `undefined` for one that is still encrypted: nobody has checked it. */
  readonly verified: FoundDigest | undefined
  readonly isDecrypted: boolean
}

/** What is done with a result. */
export type Saving = {
  readonly path: string
  /** The private key that decrypts it, in PEM. */
  readonly privateKey?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Where a result is written.
 *
 * @param wish a file, with or without .zip, or a folder that exists; the id of the task when nothing is said
 * @throws CliError `BadFile` when its folder is not there
 */
export async function resultPathOf(wish: string | undefined, taskId: TaskId): Promise<string> {
  const path = resolve(projectFolder(), wish ?? '.')
  if (await isFolder(path)) return join(path, `${taskId}.zip`)
  if (await isFolder(dirname(path))) return path.toLowerCase().endsWith('.zip') ? path : `${path}.zip`
  throw new CliError('BadFile', `There is no folder ${dirname(path)} for the result.`, {
    hints: ['Make it, or name another.'],
  })
}

/**
 * Goes on only when a result can be written there, before anything is paid for it.
 *
 * @throws CliError `BadFile`
 */
export async function requireRoom(path: string): Promise<void> {
  if (!(await exists(path))) return
  throw new CliError('BadFile', `There is a file already: ${path}.`, { hints: ['Name another with --download.'] })
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/**
 * Downloads a result, verifies it, and writes it. What does not agree with the chain is not written.
 *
 * @throws IexecError `ResultMissing`, `ResultMismatch`, `ResultEncrypted` when it was encrypted twice, `DecryptionFailed`, `NotConfigured`, `ServiceUnreachable`; CliError `BadFile`
 */
export async function saveResult({ results }: Iexec, taskId: TaskId, saving: Saving): Promise<SavedResult> {
  const { path, privateKey, signal } = saving
  const zip = await results.download(taskId, { signal })
  const found = await results.verify(taskId, zip).catch(undefinedWhenEncrypted)
  const bytes =
    privateKey === undefined ? new Uint8Array(await zip.arrayBuffer()) : await decryptResult(zip, privateKey)
  // Anybody could have encrypted something for him: what comes out has to be what the workers agreed on.
  const verified = found === undefined && privateKey !== undefined ? await results.verify(taskId, bytes) : found
  await writeNew(path, bytes)
  return {
    resultPath: path,
    bytes: bytes.length,
    files: readZip(bytes).map(({ name }) => name),
    verified,
    isDecrypted: privateKey !== undefined,
  }
}

/** An encrypted result is what its workers agreed on only when it is decrypted. */
function undefinedWhenEncrypted(error: unknown): undefined {
  if (error instanceof IexecError && error.code === 'ResultEncrypted') return undefined
  throw error
}

/**
 * Writes a file that is not there yet, whole or not at all; the same bytes may be there already.
 *
 * @throws CliError `BadFile`
 */
async function writeNew(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
  if (await exists(path)) {
    const there = await readFile(path).catch(() => Buffer.alloc(0))
    if (there.equals(bytes)) return
    await requireRoom(path)
  }
  await writeWhole(path, bytes, mode)
}

const MOST_NAMES = 20

/** What was saved, in words. */
export function describeSaved({ resultPath, bytes, files, verified, isDecrypted }: SavedResult): readonly string[] {
  const more = files.length > MOST_NAMES ? ` … (${files.length})` : ''
  return [
    'Result',
    ...rows([
      ['file', `${resultPath}, ${bytes} bytes${isDecrypted ? ', decrypted' : ''}`],
      ['holds', `${files.slice(0, MOST_NAMES).map(onOneLine).join(', ')}${more}`],
      ['proof', proofOf(verified)],
    ]),
  ]
}

function proofOf(verified: FoundDigest | undefined): string {
  if (verified === undefined) return 'none: it is encrypted, and cannot be checked before it is decrypted'
  if (verified.covers.length === 0) return 'it has the digest that the workers agreed on'
  return `the workers agreed on ${verified.covers.slice(0, MOST_NAMES).map(onOneLine).join(', ')}`
}

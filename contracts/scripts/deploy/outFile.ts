// Where the addresses go: a file that is checked before anything is deployed, and that replaces nothing of value.
import { randomUUID } from 'node:crypto'
import { lstatSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from 'node:fs'
import { dirname, join } from 'node:path'
import { Refusal, describeFileError } from './refusal.ts'

/** A file to write, and the files that hold secrets: it must be none of them. */
export type OutFile = { readonly path: string; readonly secrets: readonly string[] }

/**
 * Makes sure that addresses can be written to a file, and says where that is: at the end of its symbolic links.
 *
 * @throws Refusal when it cannot be written, or holds something else than addresses of an earlier deployment
 * @example
 * const target = requireWritable({ path: 'market.json', secrets: ['key'] })
 */
export function requireWritable({ path, secrets }: OutFile): string {
  const target = targetOf(path)
  const status = statusOf(target)
  if (status !== undefined) requireReplaceable({ path, target, status, secrets })
  const part = partOf(target)
  try {
    // Nothing but trying tells of quotas, of access lists and of file systems that only pretend.
    writeFileSync(part, '', { flag: 'wx' })
  } catch (cause) {
    throw refusalOf(path, cause)
  } finally {
    rmSync(part, { force: true })
  }
  return target
}

/**
 * Writes a file that is whole or not there.
 *
 * @example
 * writeWhole(requireWritable({ path: 'market.json', secrets: [] }), '{}')
 */
export function writeWhole(target: string, text: string): void {
  const part = partOf(target)
  try {
    writeFileSync(part, text, { flag: 'wx' })
    renameSync(part, target)
  } finally {
    rmSync(part, { force: true })
  }
}

/** Beside the file, so that a renaming is all that is left to do. */
function partOf(target: string): string {
  return join(dirname(target), `.${randomUUID()}.part`)
}

function targetOf(path: string): string {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return path
    return realpathSync(path)
  } catch (cause) {
    const isDangling = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    if (isDangling) throw new Refusal(`Cannot write ${path}: it is a link to nothing.`, { cause })
    throw refusalOf(path, cause)
  }
}

type Existing = OutFile & { readonly target: string; readonly status: Stats }

function requireReplaceable({ path, target, status, secrets }: Existing): void {
  if (status.isDirectory()) throw new Refusal(`Cannot write ${path}: it is a directory.`)
  if (!status.isFile()) throw new Refusal(`Cannot write ${path}: it is no regular file.`)
  // By its number on the disk: a hard link has another name.
  const isSecret = secrets.some((secret) => {
    const other = statusOf(secret)
    return other?.ino === status.ino && other.dev === status.dev
  })
  if (isSecret) throw new Refusal(`Cannot write ${path}: it is the key file or the password file.`)
  if (status.size <= MAX_BYTES && isAddresses(readText(path, target))) return
  throw new Refusal(`Cannot write ${path}: it exists, and holds something else than addresses of a deployment.`)
}

/** No JSON of addresses is longer. */
const MAX_BYTES = 64 * 1024

const FIELDS = [
  'appregistry',
  'blockNumber',
  'chainId',
  'datasetregistry',
  'deployer',
  'hub',
  'hubExtension',
  'owner',
  'token',
  'workerpoolregistry',
]

function isAddresses(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return false
    return Object.keys(value).toSorted().join() === FIELDS.join()
  } catch {
    return false
  }
}

function readText(path: string, target: string): string {
  try {
    return readFileSync(target, 'utf8')
  } catch (cause) {
    throw refusalOf(path, cause)
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    // Whoever reads or writes it will say why.
    return undefined
  }
}

function refusalOf(path: string, cause: unknown): Refusal {
  return new Refusal(`Cannot write ${path}: ${describeFileError(cause)}.`, { cause })
}

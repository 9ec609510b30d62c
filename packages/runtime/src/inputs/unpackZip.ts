// Unpacks a zip file of a stranger: below one folder, within limits, plain files and folders only.
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isResultFileName } from '@iexec/protocol'
import type { Hex } from 'viem'
import { openPromise, type Entry, type ZipFile } from 'yauzl'
import { LONGEST_PATH } from '../contract/limits.ts'
import { MachineFault } from '../job.ts'
import { FetchFault } from './fetchFault.ts'

/** What may still be unpacked, by all zip files of a task together. */
export type ZipBudget = { bytes: number; entries: number }

/** How a zip file is unpacked. */
export type UnpackOptions = {
  readonly folder: string
  readonly budget: ZipBudget
  readonly signal: AbortSignal
}

/** A file that was unpacked. */
export type Unpacked = { readonly name: string; readonly sha256: Hex }

/** Text packs to a hundredth at times. What grows more, and is large, was made to do harm. */
const MOST_GROWTH = 200
const HARMLESS_BYTES = 100_000_000
const TYPE_MASK = 0o17_0000
const FOLDER = 0o04_0000
const REGULAR = 0o10_0000
const EXECUTABLE = 0o111

/**
 * Unpacks a zip file. What stands in the folder already stays as it is. A file that is no zip, or is packed in a way that is not
 * known, as with a password, is left as it is: it may be meant so.
 *
 * @returns the files that were unpacked
 * @throws FetchFault when the archive grows beyond the limits, has links, or names that lead out of the folder; MachineFault
 * @example
 * await unpackZip('/tmp/input/0x…', { folder: '/tmp/legacy', budget: { bytes: 1e9, entries: 10_000 }, signal })
 */
export async function unpackZip(file: string, options: UnpackOptions): Promise<readonly Unpacked[]> {
  const entries = await checkEntries(file, options.budget)
  if (entries === 'left packed') return []
  const zip = await openZip(file)
  const unpacked: Unpacked[] = []
  try {
    for await (const entry of zip?.eachEntry() ?? []) {
      options.signal.throwIfAborted()
      const done = await unpackEntry(entry, { ...options, zip })
      if (done !== undefined) unpacked.push(done)
    }
  } catch (error) {
    options.signal.throwIfAborted()
    throw isOfDisk(error)
      ? new MachineFault(`A zip file cannot be unpacked: ${String(error)}`, { cause: error })
      : harmful(error)
  } finally {
    zip?.close()
  }
  return unpacked
}

/** Looks at all that the directory of the archive says, before anything is written. */
async function checkEntries(file: string, budget: ZipBudget): Promise<'left packed' | 'fine'> {
  const zip = await openZip(file)
  if (zip === undefined) return 'left packed'
  let [bytes, count] = [0, 0]
  try {
    for await (const entry of zip.eachEntry()) {
      bytes += entry.uncompressedSize
      count++
      if (!entry.canDecodeFileData()) return 'left packed'
      requirePlain(entry)
      if (count > budget.entries) throw new Error(`it has more files than the ${budget.entries} that are allowed`)
      if (bytes > budget.bytes) throw new Error(`it has more bytes than the ${budget.bytes} that are allowed`)
      if (bytes > HARMLESS_BYTES && bytes > MOST_GROWTH * zip.fileSize) {
        throw new Error(`it grows to more than ${MOST_GROWTH} times its size`)
      }
    }
  } catch (error) {
    throw harmful(error)
  } finally {
    zip.close()
  }
  budget.bytes -= bytes
  budget.entries -= count
  return 'fine'
}

async function openZip(file: string): Promise<ZipFile | undefined> {
  try {
    // Sizes are compared while unpacking: a file that is longer than it says is an error, not a surprise.
    return await openPromise(file, {
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: true,
      strictFileNames: true,
    })
  } catch (error) {
    if (isOfDisk(error)) throw new MachineFault(`A zip file cannot be read: ${String(error)}`, { cause: error })
    return undefined
  }
}

function requirePlain({ fileName, externalFileAttributes, versionMadeBy }: Entry): void {
  const name = fileName.replace(/\/$/u, '')
  const type = versionMadeBy >>> 8 === 3 ? (externalFileAttributes >>> 16) & TYPE_MASK : 0
  if (!isResultFileName(name)) throw new Error(`the name ${JSON.stringify(name)} in it leads out of its folder`)
  if (Buffer.byteLength(name) > LONGEST_PATH || name.split('/').some((part) => Buffer.byteLength(part) > 255))
    throw new Error('a name in it is too long')
  if (type !== 0 && type !== REGULAR && type !== FOLDER) {
    throw new Error(`${JSON.stringify(name)} in it is a link or a special file`)
  }
}

type Unpacking = UnpackOptions & { readonly zip: ZipFile | undefined }

async function unpackEntry(entry: Entry, { zip, folder, signal }: Unpacking): Promise<Unpacked | undefined> {
  const name = entry.fileName
  const path = join(folder, name)
  try {
    await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true })
    if (name.endsWith('/') || zip === undefined) return undefined
    const stream = await zip.openReadStreamPromise(entry)
    const hash = createHash('sha256')
    const listen = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk)
        done(null, chunk)
      },
    })
    const isExecutable = ((entry.externalFileAttributes >>> 16) & EXECUTABLE) !== 0
    const target = createWriteStream(path, { flags: 'wx', mode: isExecutable ? 0o755 : 0o644 })
    await pipeline(stream, listen, target, { signal })
    return { name, sha256: `0x${hash.digest('hex')}` }
  } catch (error) {
    // Another input stands there.
    if (hasCode(error, 'EEXIST', 'ENOTDIR', 'EISDIR')) return undefined
    throw error
  }
}

function harmful(error: unknown): FetchFault {
  const why = error instanceof Error ? error.message : String(error)
  return new FetchFault('forbidden', `A zip file cannot be unpacked: ${why}.`, { cause: error })
}

function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

// What an app left in a folder, looked at without trust: plain files under harmless names, within the limits, and nothing else.
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { constants, type Dir, type Stats } from 'node:fs'
import { chmod, lstat, open, opendir } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { MAX_STATEMENT_BYTES, isResultFileName, isStatement, type ResultFile } from '@iexec/protocol'
import type { Hex } from 'viem'
import { MachineFault, type Limits } from '../job.ts'
import { mapBounded } from '../mapBounded.ts'
import { LONGEST_PATH } from './limits.ts'

/** A file that an app left, hashed. */
export type OutputFile = ResultFile & {
  /** On this machine. */
  readonly path: string
  readonly crc32: number
}

/** What an app left breaks the rules. */
export class OutputFault extends Error {
  override readonly name = 'OutputFault'
  readonly kind: 'RESULT_REFUSED' | 'APP_DISK_FULL'

  /** @param message one sentence for people, which names the file */
  constructor(kind: OutputFault['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

const AT_ONCE = 4
const CHUNK = 1 << 20

/**
 * The files of a folder, hashed. The app must have ended: nothing may change here any more.
 *
 * @param isGiven which files are left out, because they stood there before: they are not even read
 * @throws OutputFault when there is a link, a special file, a name that leads astray, or more than the limits; MachineFault when the
 * disk cannot be read
 * @example
 * const files = await listOutputs('/var/lib/iexec/0x…/output', limits)
 */
export async function listOutputs(
  folder: string,
  limits: OutputLimits,
  isGiven: (name: string, stats: Stats) => boolean = () => false,
): Promise<readonly OutputFile[]> {
  const found = await walk(folder, limits)
  const written = found.filter(({ name, stats }) => !isGiven(name, stats))
  return mapBounded(written, AT_ONCE, hashFile)
}

/** How much an app may leave. */
export type OutputLimits = Pick<Limits, 'outputBytes' | 'outputFiles'>

type Found = { readonly name: string; readonly path: string; readonly stats: Stats }

async function walk(root: string, limits: OutputLimits): Promise<readonly Found[]> {
  const files: Found[] = []
  const folders = ['']
  let [bytes, entries] = [0, 0]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of listFolder(`${root}/${folder}`)) {
      entries++
      if (entries > limits.outputFiles) {
        throw new OutputFault('APP_DISK_FULL', `The app left more than ${limits.outputFiles} files and folders.`)
      }
      const name = folder + nameOf(entry, folder)
      const stats = await onDisk(lstat(`${root}/${name}`))
      if (stats.isDirectory()) folders.push(`${name}/`)
      else {
        requirePlain(name, stats)
        files.push({ name, path: `${root}/${name}`, stats })
        bytes += stats.size
      }
      if (bytes > limits.outputBytes) {
        throw new OutputFault('APP_DISK_FULL', `The app left more than ${limits.outputBytes} bytes.`)
      }
    }
  }
  return files
}

/** The entries of a folder, one by one: whoever left millions of them is stopped before all are in memory. */
async function* listFolder(path: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await openFolder(path)) yield name
  } catch (error) {
    throw faultOfDisk(error)
  }
}

async function openFolder(path: string): Promise<Dir> {
  // One character for each byte of a name: it need not be UTF-8.
  const options = { encoding: 'latin1' } as const
  try {
    return await opendir(path, options)
  } catch {
    // An app may take away its own rights; whoever owns the folder can give them back.
    await chmod(path, 0o700)
    return opendir(path, options)
  }
}

function nameOf(latin1: string, folder: string): string {
  const bytes = Buffer.from(latin1, 'latin1')
  const text = bytes.toString('utf8')
  if (!isUtf8(bytes)) throw refused(folder + text, 'has a name that is not UTF-8')
  if (!isResultFileName(text)) throw refused(folder + text, 'has a name that leads out of its folder on some systems')
  if (Buffer.byteLength(folder) + bytes.length > LONGEST_PATH) {
    throw new OutputFault('APP_DISK_FULL', `The app left a path of more than ${LONGEST_PATH} bytes.`)
  }
  return text
}

function requirePlain(name: string, stats: Stats): void {
  if (stats.isFile()) return
  throw refused(name, stats.isSymbolicLink() ? 'is a symbolic link' : 'is a special file (pipe, socket or device)')
}

function refused(name: string, why: string): OutputFault {
  return new OutputFault('RESULT_REFUSED', `The app left ${JSON.stringify(name)}, which ${why}.`)
}

async function hashFile({ name, path, stats: { size } }: Found): Promise<OutputFile> {
  const hash = createHash('sha256')
  const kept: Buffer[] = []
  const isKept = isStatement(name) && size <= MAX_STATEMENT_BYTES
  let checksum = 0
  for await (const chunk of readPlain(path, size)) {
    hash.update(chunk)
    checksum = crc32(chunk, checksum)
    if (isKept) kept.push(Buffer.from(chunk))
  }
  const sha256: Hex = `0x${hash.digest('hex')}`
  return { name, path, size, crc32: checksum, sha256: () => sha256, read: () => Buffer.concat(kept) }
}

/**
 * The bytes of a file of exactly this size. The same memory is used for each piece.
 *
 * @throws MachineFault when it cannot be read, or has another size by now
 */
export async function* readPlain(path: string, size: number): AsyncGenerator<Buffer> {
  // Never through a link, and never waiting for somebody at the other end of a pipe.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await onDisk(
    open(path, flags).catch(async () => {
      await chmod(path, 0o600)
      return open(path, flags)
    }),
  )
  try {
    const buffer = Buffer.allocUnsafe(Math.min(size + 1, CHUNK))
    for (let at = 0; at <= size;) {
      const { bytesRead } = await onDisk(handle.read(buffer, 0, buffer.length, at))
      if (bytesRead === 0 && at === size) return
      at += bytesRead
      if (bytesRead === 0 || at > size) throw new MachineFault(`${path} changed while it was read.`)
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

async function onDisk<Done>(work: Promise<Done>): Promise<Done> {
  try {
    return await work
  } catch (error) {
    throw faultOfDisk(error)
  }
}

function faultOfDisk(error: unknown): Error {
  if (error instanceof MachineFault || error instanceof OutputFault) return error
  if (error instanceof Error && 'code' in error && error.code === 'ENAMETOOLONG') {
    return new OutputFault('APP_DISK_FULL', 'The app left folders in folders, deeper than this system can name.')
  }
  return new MachineFault(`What the app left cannot be read: ${String(error)}`, { cause: error })
}

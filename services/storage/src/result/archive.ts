// Reads the archive of a result that a stranger sent: strictly, so that whoever unpacks it finds the files that were hashed here.
//
// Some programs read the directory of an archive, some the header before each file. Both must find the same files, which stand
// one behind the other without a byte between them. The SDK asks the same of what it downloads.
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { MAX_STATEMENT_BYTES, isResultFileName, isStatement, type ResultFile } from '@iexec/protocol'
import { fromBufferPromise, openPromise, type Entry, type LocalFileHeader, type ZipFile } from 'yauzl'
import type { Hex } from 'viem'

/** What an archive may hold. */
export type ArchiveLimits = {
  /** Of all files together, unpacked, in bytes. */
  readonly maxBytes: number
  readonly maxFiles: number
}

/** As large as archives without extensions for larger ones are, and as the SDK reads them. */
const ARCHIVE_LIMITS: ArchiveLimits = { maxBytes: 4_000_000_000, maxFiles: 10_000 }

/** The archive is none, or not one that everybody reads alike. */
export class BadArchive extends Error {
  override readonly name: string = 'BadArchive'

  constructor(why: string, options?: ErrorOptions) {
    super(`The archive cannot be used: ${why}.`, options)
  }
}

const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 1
const DESCRIBED = 8
/** Extra fields: sizes beyond 32 bits, and another name which some programs prefer. */
const ZIP64 = 1
const OTHER_NAME = 0x70_75
const UNIX = 3
const TYPE_MASK = 0o17_0000
const REGULAR = 0o10_0000
const FOLDER = 0o04_0000
const DIRECTORY_ENTRY_BYTES = 46
const END_BYTES = 22

/**
 * Unpacks and hashes all files of an archive, a piece of a file at a time.
 *
 * @param archive its bytes, or where it is on this machine
 * @throws BadArchive in one sentence
 * @example
 * findDigests(await readArchive('/tmp/result.zip'), false)
 */
export async function readArchive(
  archive: Buffer | string,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<readonly ResultFile[]> {
  const zip = await openArchive(archive)
  try {
    const entries = await readDirectory(zip, limits)
    const files: ResultFile[] = []
    for (const entry of entries)
      if (!entry.isFolder) files.push(await hashFile(entry, await openFile(zip, entry, archive)))
    return files
  } catch (error) {
    // Whatever the library says of an archive is the archive's fault; the system's errors are not.
    if (error instanceof BadArchive || isSystemError(error)) throw error
    throw new BadArchive('it is damaged', { cause: error })
  } finally {
    zip.close()
  }
}

async function openArchive(archive: Buffer | string): Promise<ZipFile> {
  const options = { autoClose: false, decodeStrings: false }
  try {
    return await (typeof archive === 'string' ? openPromise(archive, options) : fromBufferPromise(archive, options))
  } catch (error) {
    if (isSystemError(error)) throw error
    throw new BadArchive('it is no zip archive, or not whole', { cause: error })
  }
}

type Known = { readonly entry: Entry; readonly name: string; readonly isFolder: boolean; readonly start: number }

async function readDirectory(zip: ZipFile, { maxBytes, maxFiles }: ArchiveLimits): Promise<readonly Known[]> {
  if (zip.entryCount > maxFiles)
    throw new BadArchive(`it has ${zip.entryCount} files, and ${maxFiles} at most are allowed`)
  const known: Known[] = []
  const names = new Set<string>()
  let [bytes, directoryBytes] = [0, 0]
  for await (const entry of zip.eachEntry()) {
    const one = await readEntry(zip, entry)
    known.push(one)
    bytes += entry.uncompressedSize
    directoryBytes += DIRECTORY_ENTRY_BYTES + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength
    if (bytes > maxBytes) throw new BadArchive(`it has more than ${maxBytes} bytes when unpacked`)
    if (names.has(one.name)) throw new BadArchive(`it has two files ${JSON.stringify(one.name)}`)
    names.add(one.name)
  }
  requireNothingElse(zip, known, directoryBytes)
  return known
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Known> {
  const written = entry.fileNameRaw.toString('utf8')
  const isFolder = written.endsWith('/')
  const name = isFolder ? written.slice(0, -1) : written
  const shown = JSON.stringify(name.slice(0, 100))
  if (!isResultFileName(name)) throw new BadArchive(`the name ${shown} in it leads out of its folder`)
  if ((entry.generalPurposeBitFlag & ENCRYPTED) !== 0) throw new BadArchive(`${shown} in it is encrypted`)
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw new BadArchive(`${shown} in it is packed in a way that is not known (${entry.compressionMethod})`)
  }
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK
  if (entry.versionMadeBy >>> 8 === UNIX && type !== 0 && type !== REGULAR && type !== FOLDER) {
    throw new BadArchive(`${shown} in it is a link or a special file`)
  }
  if (isFolder && entry.uncompressedSize > 0) throw new BadArchive(`the folder ${shown} in it has bytes`)
  const header = await zip.readLocalFileHeaderPromise(entry)
  if (!isSame(entry, header)) {
    throw new BadArchive(`its directory says something else of ${shown} than stands before that`)
  }
  if ([entry.extraFieldRaw, header.extraField].some((extra) => hasExtra(extra, [ZIP64, OTHER_NAME]))) {
    throw new BadArchive(`${shown} in it has two names, or sizes for larger archives`)
  }
  return { entry, name, isFolder, start: header.fileDataStart }
}

/** The sizes before a file may be missing when they follow behind it. */
function isSame(entry: Entry, header: LocalFileHeader): boolean {
  const isDescribed = (header.generalPurposeBitFlag & DESCRIBED) !== 0
  const pairs = [
    [header.crc32, entry.crc32],
    [header.compressedSize, entry.compressedSize],
    [header.uncompressedSize, entry.uncompressedSize],
  ] as const
  return (
    ((header.generalPurposeBitFlag ^ entry.generalPurposeBitFlag) & (ENCRYPTED | DESCRIBED)) === 0 &&
    header.compressionMethod === entry.compressionMethod &&
    header.fileName.equals(entry.fileNameRaw) &&
    pairs.every(([before, told]) => before === told || (isDescribed && before === 0))
  )
}

function hasExtra(extra: Buffer, ids: readonly number[]): boolean {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (ids.includes(extra.readUInt16LE(at))) return true
  }
  return false
}

/** The files stand one behind the other from the first byte on, behind them the directory, behind it the end. */
function requireNothingElse(zip: ZipFile, known: readonly Known[], directoryBytes: number): void {
  const directory = zip.fileSize - END_BYTES - Buffer.byteLength(zip.comment) - directoryBytes
  const sorted = known.toSorted(
    (one, other) => one.entry.relativeOffsetOfLocalHeader - other.entry.relativeOffsetOfLocalHeader,
  )
  const first = sorted[0]?.entry.relativeOffsetOfLocalHeader ?? directory
  if (first !== 0) throw new BadArchive('something stands before its first file')
  for (const [place, { entry, name, start }] of sorted.entries()) {
    const until = sorted[place + 1]?.entry.relativeOffsetOfLocalHeader ?? directory
    const rest = until - start - entry.compressedSize
    const isDescribed = (entry.generalPurposeBitFlag & DESCRIBED) !== 0
    // A descriptor repeats three numbers, with or without a mark before them.
    if (isDescribed ? rest === 12 || rest === 16 : rest === 0) continue
    throw new BadArchive(`something stands behind ${JSON.stringify(name.slice(0, 100))} in it`)
  }
}

/** What lies in memory as it is needs no stream. */
async function openFile(
  zip: ZipFile,
  { entry, start }: Known,
  archive: Buffer | string,
): Promise<AsyncIterable<Buffer> | readonly Buffer[]> {
  const isThere = typeof archive !== 'string' && entry.compressionMethod === STORED
  return isThere ? [archive.subarray(start, start + entry.compressedSize)] : zip.openReadStreamPromise(entry)
}

async function hashFile(
  { entry, name }: Known,
  pieces: AsyncIterable<Buffer> | readonly Buffer[],
): Promise<ResultFile> {
  const hash = createHash('sha256')
  const kept: Buffer[] = []
  const isKept = isStatement(name) && entry.uncompressedSize <= MAX_STATEMENT_BYTES
  let crc = 0
  for await (const piece of pieces) {
    hash.update(piece)
    crc = crc32(piece, crc)
    if (isKept) kept.push(piece)
  }
  if (crc !== entry.crc32) throw new BadArchive(`${JSON.stringify(name.slice(0, 100))} in it is damaged`)
  const digest: Hex = `0x${hash.digest('hex')}`
  return { name, size: entry.uncompressedSize, sha256: () => digest, read: () => Buffer.concat(kept) }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

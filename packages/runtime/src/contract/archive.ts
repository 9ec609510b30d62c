// Archives of results: zip files whose bytes follow from the files in them alone, so that two winners store the same.
//
// Files are stored and not packed, because what a packer writes differs between machines. Sizes and checksums stand before each
// file, so that whoever receives an archive can check it while it comes in.
import { createHash, type Hash } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { sortByName } from '@iexec/protocol'
import type { Hex } from 'viem'
import { MachineFault } from '../job.ts'
import { readPlain } from './listOutputs.ts'

/** What goes into an archive. */
export type ArchiveEntry = {
  /** Relative, with `/` between its parts. */
  readonly name: string
  readonly size: number
  readonly crc32: number
  /** Path on this machine, or the bytes themselves. */
  readonly content: string | Uint8Array
}

/** An archive on the disk. */
export type Archive = { readonly file: string; readonly bytes: number; readonly sha256: Hex }

const FILE_HEADER = 0x04_03_4b_50
const DIRECTORY_ENTRY = 0x02_01_4b_50
const END_OF_DIRECTORY = 0x06_05_4b_50
const VERSION = 20
const MADE_ON_UNIX = 3 << 8
const UTF8_NAMES = 0x08_00
/** 1 January 1980, the first day that a zip file knows. */
const DATE = (1 << 5) | 1
/** A plain file that its owner may write and everybody may read. */
const MODE = 0o10_0644
const MOST_BYTES = 0xff_ff_ff_ff
const MOST_FILES = 0xff_fe

/**
 * An entry whose bytes are at hand.
 *
 * @example
 * entryOf('stdout.txt', Buffer.from('hello'))
 */
export function entryOf(name: string, content: Uint8Array): ArchiveEntry & { readonly content: Uint8Array } {
  return { name, size: content.length, crc32: crc32(content), content }
}

/**
 * Writes an archive. It is there under its name only when it is whole.
 *
 * @throws MachineFault when it cannot be written, or a file changed since it was hashed
 * @example
 * const { bytes, sha256 } = await writeArchive('/tmp/result.zip', [entryOf('stdout.txt', Buffer.from('hello'))])
 */
export async function writeArchive(file: string, entries: readonly ArchiveEntry[]): Promise<Archive> {
  const part = `${file}.part`
  try {
    const handle = await open(part, 'w', 0o600)
    const writer: Writer = { handle, hash: createHash('sha256'), at: 0 }
    try {
      await writeEntries(writer, sortByName(entries))
      // A vote follows, and what was voted for has to outlive a power cut.
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, file)
    return { file, bytes: writer.at, sha256: `0x${writer.hash.digest('hex')}` }
  } catch (error) {
    await rm(part, { force: true })
    if (error instanceof MachineFault) throw error
    throw new MachineFault(`The archive ${file} cannot be written: ${String(error)}`, { cause: error })
  }
}

type Writer = { readonly handle: FileHandle; readonly hash: Hash; at: number }

async function writeEntries(writer: Writer, entries: readonly ArchiveEntry[]): Promise<void> {
  const total = entries.reduce((sum, { name, size }) => sum + size + 2 * Buffer.byteLength(name) + 76, 0)
  if (total + 22 > MOST_BYTES || entries.length > MOST_FILES) throw new Error('It would be too large for a zip file.')
  const directory: Buffer[] = []
  for (const entry of entries) {
    directory.push(directoryEntry(entry, writer.at))
    await put(writer, fileHeader(entry))
    await putContent(writer, entry)
  }
  const start = writer.at
  await put(writer, Buffer.concat(directory))
  await put(writer, endOfDirectory(entries.length, start, writer.at - start))
}

async function putContent(writer: Writer, { name, size, crc32: wanted, content }: ArchiveEntry): Promise<void> {
  if (typeof content !== 'string') return put(writer, content)
  let checksum = 0
  for await (const chunk of readPlain(content, size)) {
    checksum = crc32(chunk, checksum)
    await put(writer, chunk)
  }
  if (checksum !== wanted) throw new MachineFault(`${JSON.stringify(name)} changed after it was hashed.`)
}

async function put(writer: Writer, bytes: Uint8Array): Promise<void> {
  writer.hash.update(bytes)
  for (let written = 0; written < bytes.length;) {
    written += (await writer.handle.write(bytes, { offset: written, position: writer.at + written })).bytesWritten
  }
  writer.at += bytes.length
}

function fileHeader(entry: ArchiveEntry): Buffer {
  const name = Buffer.from(entry.name)
  const header = Buffer.alloc(30)
  header.writeUInt32LE(FILE_HEADER, 0)
  header.writeUInt16LE(VERSION, 4)
  writeCommon(header, 6, { entry, nameBytes: name.length })
  return Buffer.concat([header, name])
}

function directoryEntry(entry: ArchiveEntry, at: number): Buffer {
  const name = Buffer.from(entry.name)
  const header = Buffer.alloc(46)
  header.writeUInt32LE(DIRECTORY_ENTRY, 0)
  header.writeUInt16LE(MADE_ON_UNIX | VERSION, 4)
  header.writeUInt16LE(VERSION, 6)
  writeCommon(header, 8, { entry, nameBytes: name.length })
  header.writeUInt32LE((MODE << 16) >>> 0, 38)
  header.writeUInt32LE(at, 42)
  return Buffer.concat([header, name])
}

type Common = { readonly entry: ArchiveEntry; readonly nameBytes: number }

/** What both headers say alike: flags, method (stored), time (midnight), date, checksum, sizes, length of the name. */
function writeCommon(header: Buffer, at: number, { entry, nameBytes }: Common): void {
  header.writeUInt16LE(UTF8_NAMES, at)
  header.writeUInt16LE(DATE, at + 6)
  header.writeUInt32LE(entry.crc32, at + 8)
  header.writeUInt32LE(entry.size, at + 12)
  header.writeUInt32LE(entry.size, at + 16)
  header.writeUInt16LE(nameBytes, at + 20)
}

function endOfDirectory(count: number, start: number, bytes: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END_OF_DIRECTORY, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(bytes, 12)
  end.writeUInt32LE(start, 16)
  return end
}

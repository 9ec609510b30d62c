// Reads zip archives of strangers: only plain files under harmless names, never more than was allowed, and nothing that leads outside.
import { inflateSync } from 'fflate'
import { IexecError } from '../error/iexecError.ts'
import { asWords } from '../service/parse.ts'

/** A file in an archive. */
export type ZipFile = {
  /** Relative, with `/` between its parts. */
  readonly name: string
  /** Bytes, when unpacked. */
  readonly size: number
  /** @throws IexecError `BadAnswer` when it cannot be unpacked, or is not what the archive says of it */
  readonly read: () => Uint8Array<ArrayBuffer>
}

/** How much an archive may hold. */
export type ZipLimits = {
  /** Of all files together, unpacked. 1 GB when left out. */
  readonly maxBytes?: number
  /** 10,000 when left out. */
  readonly maxFiles?: number
}

const END_OF_DIRECTORY = 0x06_05_4b_50
const DIRECTORY_ENTRY = 0x02_01_4b_50
const FILE_HEADER = 0x04_03_4b_50
const END_SIZE = 22
const LONGEST_COMMENT = 0xff_ff
const STORED = 0
const DEFLATED = 8
const UNIX = 3
const TYPE_MASK = 0o17_0000
const REGULAR = 0o10_0000
const FOLDER = 0o04_0000

/**
 * The files of an archive, in its order. Nothing is unpacked before a file is read.
 *
 * @throws IexecError `BadAnswer` when it is no archive, or has links, encrypted or doubled files, names that lead out of a folder, or
 * more than the limits
 * @example
 * readZip(bytes).find(({ name }) => name === 'result.txt')?.read()
 */
export function readZip(
  bytes: Uint8Array,
  { maxBytes = 1_000_000_000, maxFiles = 10_000 }: ZipLimits = {},
): readonly ZipFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  if (count === 0xff_ff || at === 0xff_ff_ff_ff) throw broken('it is larger than such archives can be here (zip64)')
  if (count > maxFiles) throw broken(`it has ${count} files, and ${maxFiles} at most are allowed`)
  const files = new Map<string, ZipFile>()
  let total = 0
  for (let place = 0; place < count; place++) {
    const entry = readEntry(view, bytes, at)
    at = entry.next
    if (entry.isFolder) continue
    total += entry.size
    if (total > maxBytes) throw broken(`it has more than ${maxBytes} bytes when unpacked`)
    if (files.has(entry.name)) throw broken(`it has two files "${asWords(entry.name)}"`)
    files.set(entry.name, { name: entry.name, size: entry.size, read: () => unpack(view, bytes, entry) })
  }
  return [...files.values()]
}

type Entry = {
  readonly name: string
  readonly isFolder: boolean
  readonly method: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  readonly header: number
  readonly next: number
}

function findEnd(view: DataView): number {
  const last = view.byteLength - END_SIZE
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at
  }
  throw broken('it is no zip archive, or not whole')
}

function readEntry(view: DataView, bytes: Uint8Array, at: number): Entry {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== DIRECTORY_ENTRY)
    throw broken('its directory is damaged')
  const nameLength = view.getUint16(at + 28, true)
  const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  const written = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
  const isFolder = written.endsWith('/')
  const name = requireHarmless(isFolder ? written.slice(0, -1) : written)
  if ((view.getUint16(at + 8, true) & 1) === 1) throw broken(`"${asWords(name)}" in it is encrypted`)
  requirePlain(view, at, name)
  return {
    name,
    isFolder,
    next,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    header: view.getUint32(at + 42, true),
  }
}

/** Archives made on Unix say which files are links or devices. */
function requirePlain(view: DataView, at: number, name: string): void {
  const system = view.getUint8(at + 5)
  const type = (view.getUint32(at + 38, true) >>> 16) & TYPE_MASK
  if (system !== UNIX || type === 0 || type === REGULAR || type === FOLDER) return
  throw broken(`"${asWords(name)}" in it is a link or a special file`)
}

function requireHarmless(name: string): string {
  const parts = name.split('/')
  const isHarmless =
    // eslint-disable-next-line no-control-regex -- that no name has one is what is looked for
    !/[\\\u0000]|^[A-Za-z]:/u.test(name) && parts.every((part) => part !== '' && part !== '.' && part !== '..')
  if (isHarmless) return name
  throw broken(`the name "${asWords(name)}" in it leads out of its folder`)
}

function unpack(view: DataView, bytes: Uint8Array, entry: Entry): Uint8Array<ArrayBuffer> {
  const { header, packedSize, size, method, crc, name } = entry
  if (header + 30 > view.byteLength || view.getUint32(header, true) !== FILE_HEADER)
    throw broken(`"${asWords(name)}" in it is damaged`)
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true)
  const packed = bytes.subarray(start, start + packedSize)
  const unpacked = inflate(packed, method, entry)
  if (unpacked.length !== size || crc32(unpacked) !== crc) throw broken(`"${asWords(name)}" in it is damaged`)
  return unpacked
}

function inflate(packed: Uint8Array, method: number, { size, name }: Entry): Uint8Array<ArrayBuffer> {
  if (method === STORED) return new Uint8Array(packed)
  if (method !== DEFLATED) throw broken(`"${asWords(name)}" in it is packed in a way that is not known (${method})`)
  try {
    // The room is what the archive promised: more than that never comes out.
    return inflateSync(packed, { out: new Uint8Array(size) })
  } catch (cause) {
    throw broken(`"${asWords(name)}" in it is damaged`, cause)
  }
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = (rest & 1) === 1 ? (rest >>> 1) ^ 0xed_b8_83_20 : rest >>> 1
  return rest >>> 0
})

function crc32(bytes: Uint8Array): number {
  let rest = 0xff_ff_ff_ff
  for (const byte of bytes) rest = (rest >>> 8) ^ (CRC_TABLE[(rest ^ byte) & 0xff] ?? 0)
  return (rest ^ 0xff_ff_ff_ff) >>> 0
}

function broken(why: string, cause?: unknown): IexecError {
  return new IexecError('BadAnswer', `The archive cannot be used: ${why}.`, { cause })
}

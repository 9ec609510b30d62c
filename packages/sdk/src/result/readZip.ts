// Reads zip archives of strangers: only plain files under harmless names, never more than was allowed, and nothing that leads outside.
//
// Whatever verifies an archive has to see what any other program will unpack. Those that read the directory and those that read the
// header before each file must therefore find the same, and there is not a byte that only one of them reads.
import { isResultFileName } from '@iexec/protocol'
import { Inflate } from 'fflate'
import { IexecError } from '../error/iexecError.ts'
import { asWords } from '../service/parse.ts'

/** A file in an archive. */
export type ZipFile = {
  /** Relative, with `/` between its parts. Whoever writes it on Windows looks first whether it is one there (`12:30.log`, `NUL`). */
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
const DESCRIPTOR = 0x08_07_4b_50
/** Flags: what is encrypted, and whose sizes follow behind the file. */
const ENCRYPTED = 1
const DESCRIBED = 8
/** An extra field with another name, which some programs prefer. */
const OTHER_NAME = 0x70_75
/** So little at once that what it unpacks to, a thousand times as much at most, has room. */
const PIECE_BYTES = 16_384
const STORED = 0
const DEFLATED = 8
const UNIX = 3
const TYPE_MASK = 0o17_0000
const REGULAR = 0o10_0000
const FOLDER = 0o04_0000

/**
 * The files of an archive, in its order. Nothing is unpacked before a file is read.
 *
 * @throws IexecError `BadAnswer` when it is no archive, or has links, encrypted or doubled files, names that lead out of a folder,
 * more than the limits, or anything that its directory does not tell of
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
  const directory = view.getUint32(end + 16, true)
  let at = directory
  if (count === 0xff_ff || at === 0xff_ff_ff_ff) throw broken('it is larger than such archives can be here (zip64)')
  if (count > maxFiles) throw broken(`it has ${count} files, and ${maxFiles} at most are allowed`)
  const files = new Map<string, ZipFile>()
  const entries: Entry[] = []
  let total = 0
  for (let place = 0; place < count; place++) {
    const entry = readEntry(view, bytes, at)
    at = entry.next
    entries.push(entry)
    if (entry.isFolder) continue
    total += entry.size
    if (total > maxBytes) throw broken(`it has more than ${maxBytes} bytes when unpacked`)
    if (files.has(entry.name)) throw broken(`it has two files "${asWords(entry.name)}"`)
    files.set(entry.name, { name: entry.name, size: entry.size, read: () => unpack(bytes, entry) })
  }
  if (at !== end || view.getUint16(end + 8, true) !== count) throw broken('its directory is damaged')
  requireNothingElse(view, bytes, { entries, directory })
  return [...files.values()]
}

type Entry = {
  readonly name: string
  readonly isFolder: boolean
  readonly method: number
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  /** Where the header before the file is. */
  readonly header: number
  /** Where the file is. */
  readonly start: number
  readonly next: number
}

function findEnd(view: DataView): number {
  const last = view.byteLength - END_SIZE
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) !== END_OF_DIRECTORY) continue
    if (at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength) return at
    throw broken('something stands behind its end')
  }
  throw broken('it is no zip archive, or not whole')
}

function readEntry(view: DataView, bytes: Uint8Array, at: number): Entry {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== DIRECTORY_ENTRY)
    throw broken('its directory is damaged')
  const nameLength = view.getUint16(at + 28, true)
  const extra = { at: at + 46 + nameLength, size: view.getUint16(at + 30, true) }
  const next = extra.at + extra.size + view.getUint16(at + 32, true)
  const header = view.getUint32(at + 42, true)
  if (next > view.byteLength || header + 30 > view.byteLength) throw broken('its directory is damaged')
  const written = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength))
  const isFolder = written.endsWith('/')
  const name = requireHarmless(isFolder ? written.slice(0, -1) : written)
  if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0) throw broken(`"${asWords(name)}" in it is encrypted`)
  requirePlain(view, at, name)
  requireOneName(view, extra, name)
  requireSameHeader(view, bytes, { at, header, name })
  return {
    name,
    isFolder,
    next,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    header,
    start: header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true),
  }
}

type Headers = { readonly at: number; readonly header: number; readonly name: string }

/** The header before a file says what the directory says; its sizes may be missing when they follow behind the file. */
function requireSameHeader(view: DataView, bytes: Uint8Array, { at, header, name }: Headers): void {
  const nameLength = view.getUint16(at + 28, true)
  const [told, found] = [at + 46, header + 30].map((place) => bytes.subarray(place, place + nameLength))
  const isDescribed = (view.getUint16(header + 6, true) & DESCRIBED) !== 0
  const isSame =
    view.getUint32(header, true) === FILE_HEADER &&
    ((view.getUint16(header + 6, true) ^ view.getUint16(at + 8, true)) & (ENCRYPTED | DESCRIBED)) === 0 &&
    view.getUint16(header + 8, true) === view.getUint16(at + 10, true) &&
    view.getUint16(header + 26, true) === nameLength &&
    told?.every((byte, place) => byte === found?.[place]) === true &&
    [14, 18, 22].every((place) => {
      const written = view.getUint32(header + place, true)
      return written === view.getUint32(at + place + 2, true) || (isDescribed && written === 0)
    })
  if (!isSame) throw broken(`its directory says something else of "${asWords(name)}" than stands before that`)
  requireOneName(view, { at: header + 30 + nameLength, size: view.getUint16(header + 28, true) }, name)
}

type Room = { readonly at: number; readonly size: number }

/** No extra field gives a file a second name. */
function requireOneName(view: DataView, { at, size }: Room, name: string): void {
  const end = Math.min(at + size, view.byteLength)
  for (let place = at; place + 4 <= end; place += 4 + view.getUint16(place + 2, true)) {
    if (view.getUint16(place, true) === OTHER_NAME) throw broken(`"${asWords(name)}" in it has two names`)
  }
}

type Layout = { readonly entries: readonly Entry[]; readonly directory: number }

/** The files stand one behind the other, from the first byte to the directory. */
function requireNothingElse(view: DataView, bytes: Uint8Array, { entries, directory }: Layout): void {
  const sorted = entries.toSorted((one, other) => one.header - other.header)
  if ((sorted[0]?.header ?? directory) !== 0) throw broken('something stands before its first file')
  for (const [place, entry] of sorted.entries()) {
    const until = sorted[place + 1]?.header ?? directory
    const end = entry.start + entry.packedSize
    if (entry.isFolder && entry.size > 0) throw broken(`the folder "${asWords(entry.name)}" in it has bytes`)
    const isDescribed = (view.getUint16(entry.header + 6, true) & DESCRIBED) !== 0
    const isFull = isDescribed ? isDescriptor(view, { at: end, size: until - end }, entry) : end === until
    if (!isFull || until > bytes.length) throw broken(`something stands behind "${asWords(entry.name)}" in it`)
  }
}

/** What stands behind a file that was written before its size was known. */
function isDescriptor(view: DataView, { at, size }: Room, entry: Entry): boolean {
  if ((size !== 12 && size !== 16) || at + size > view.byteLength) return false
  const first = at + size - 12
  if (size === 16 && view.getUint32(at, true) !== DESCRIPTOR) return false
  return [entry.crc, entry.packedSize, entry.size].every(
    (value, place) => view.getUint32(first + 4 * place, true) === value,
  )
}

/** Archives made on Unix say which files are links or devices. */
function requirePlain(view: DataView, at: number, name: string): void {
  const system = view.getUint8(at + 5)
  const type = (view.getUint32(at + 38, true) >>> 16) & TYPE_MASK
  if (system !== UNIX || type === 0 || type === REGULAR || type === FOLDER) return
  throw broken(`"${asWords(name)}" in it is a link or a special file`)
}

/** Nothing is unpacked here: what only some systems refuse, as `12:30.log`, is a result like any other. */
function requireHarmless(name: string): string {
  if (isResultFileName(name)) return name
  throw broken(`the name "${asWords(name)}" in it leads out of its folder`)
}

function unpack(bytes: Uint8Array, entry: Entry): Uint8Array<ArrayBuffer> {
  const { start, packedSize, size, method, crc, name } = entry
  const packed = bytes.subarray(start, start + packedSize)
  const unpacked = inflate(packed, method, entry)
  if (unpacked.length !== size || crc32(unpacked) !== crc) throw broken(`"${asWords(name)}" in it is damaged`)
  return unpacked
}

function inflate(packed: Uint8Array, method: number, { size, name }: Entry): Uint8Array<ArrayBuffer> {
  if (method === STORED) return new Uint8Array(packed)
  if (method !== DEFLATED) throw broken(`"${asWords(name)}" in it is packed in a way that is not known (${method})`)
  try {
    return inflateTo(packed, size)
  } catch (cause) {
    throw broken(`"${asWords(name)}" in it is damaged`, cause)
  }
}

/** Exactly so many bytes. The whole at once would be cut at the size in silence, and what was cut off is unpacked by others. */
function inflateTo(packed: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const unpacked = new Uint8Array(size)
  let filled = 0
  const stream = new Inflate((piece) => {
    if (filled + piece.length > size) throw new Error('There is more than the archive says.')
    unpacked.set(piece, filled)
    filled += piece.length
  })
  let at = 0
  do {
    const next = Math.min(at + PIECE_BYTES, packed.length)
    stream.push(packed.subarray(at, next), next === packed.length)
    at = next
  } while (at < packed.length)
  if (filled !== size) throw new Error('There is less than the archive says.')
  return unpacked
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

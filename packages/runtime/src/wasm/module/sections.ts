// Reads the sections of a module, each to its last byte and in their order; what is not allowed is a refusal.
import { ByteReader, ModuleRefused } from './bytes.ts'
import { hasTypeOf, WASI } from './imports.ts'
import { VALUE, VALUE_TYPES, type Bounds, type Entries, type FunctionType } from './shape.ts'

/** Numbers of the sections. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const

/** The order in which sections stand; custom sections stand anywhere. */
const ORDER: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11]
/** The most pages of 64 KiB that a memory of 32 bits has. */
const MOST_PAGES = 65_536
/** The most entries that a table may have, and the most tables: what the process pays for them is not in the memory's limit. */
const MOST_TABLE_ENTRIES = 262_144
/** The most tables of a module. */
export const MOST_TABLES = 16

/** The most entries of a list, as V8 has it for most of them. */
const MOST_ENTRIES = 1_000_000

/** A table: the type of its entries, and how many. */
export type TableType = { readonly type: number; readonly bounds: Bounds }
/** What a module gives to whoever runs it. */
export type Export = { readonly name: string; readonly kind: number; readonly index: number }

/**
 * Cuts a module into its sections; custom sections (names, debugging) are left out.
 *
 * @throws ModuleRefused when it is not a module of version 1 or its sections are out of order
 */
export function readSections(bytes: Uint8Array): ReadonlyMap<number, ByteReader> {
  const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
  if (header.some((byte, i) => bytes[i] !== byte)) {
    throw new ModuleRefused(
      'this is not a WebAssembly module of version 1 (components are not run; build for wasm32-wasip1)',
    )
  }
  const reader = new ByteReader(bytes, header.length)
  const sections = new Map<number, ByteReader>()
  let last = -1
  while (!reader.isDone) {
    const id = reader.byte()
    const part = reader.part()
    if (id === SECTION.custom) {
      part.text()
      continue
    }
    const place = ORDER.indexOf(id)
    if (id === 13) throw reader.refusal('exceptions are not allowed')
    if (place < 0) throw reader.refusal(`section ${id} is not known`)
    if (place <= last) throw reader.refusal(`section ${id} stands twice or too late`)
    last = place
    sections.set(id, part)
  }
  return sections
}

/** Reads a list of entries to the end of its section. An absent section is an empty list. */
export function readEntries<T>(reader: ByteReader | undefined, read: (reader: ByteReader) => T): readonly T[] {
  if (reader === undefined) return []
  const count = reader.count()
  if (count > MOST_ENTRIES) throw reader.refusal(`a section has ${count} entries, at most ${MOST_ENTRIES} are allowed`)
  const list: T[] = []
  for (let i = 0; i < count; i += 1) list.push(read(reader))
  requireEnd(reader)
  return list
}

/** The entries of a section as they are. */
export function entriesOf(reader: ByteReader | undefined): Entries {
  if (reader === undefined) return { count: 0, bytes: new Uint8Array() }
  const copy = new ByteReader(reader.bytes, reader.at, reader.end)
  const count = copy.count()
  return { count, bytes: copy.rest() }
}

/** @throws ModuleRefused when something is left */
export function requireEnd(reader: ByteReader): void {
  if (!reader.isDone) throw reader.refusal('a section goes on after its end')
}

/** A type of functions. */
export function readType(reader: ByteReader): FunctionType {
  const form = reader.byte()
  if (form !== 0x60)
    throw reader.refusal('only types of functions are allowed: no garbage collection, no stack switching')
  return { params: readValueTypes(reader), results: readValueTypes(reader) }
}

function readValueTypes(reader: ByteReader): readonly number[] {
  const count = reader.count()
  if (count > 1_000) throw reader.refusal(`a function has ${count} parameters or results, at most 1000 are allowed`)
  return Array.from({ length: count }, () => readValueType(reader))
}

/** A type of values. */
export function readValueType(reader: ByteReader): number {
  const type = reader.byte()
  if (!VALUE_TYPES.has(type)) throw reader.refusal(`type 0x${type.toString(16)} is not allowed`)
  return type
}

/** An imported function of WASI: its type. */
export function readImport(reader: ByteReader, types: readonly FunctionType[]): FunctionType {
  const from = reader.text()
  const name = reader.text()
  const shown = `${JSON.stringify(from)}.${JSON.stringify(name)}`
  if (reader.byte() !== 0)
    throw reader.refusal(`the import ${shown} is not a function: memories, tables and globals are not given`)
  const type = readIndex(reader, types, 'type')
  if (from !== WASI) throw reader.refusal(`the import ${shown} is not had: only functions of ${WASI} are`)
  const fits = hasTypeOf(name, type)
  if (fits === undefined) throw reader.refusal(`the import ${shown} is not a function of WASI preview 1`)
  if (!fits) throw reader.refusal(`the import ${shown} has another type than in WASI preview 1`)
  return type
}

/** An entry of a list, by its number. */
export function readIndex<T>(reader: ByteReader, list: readonly T[], what: string): T {
  const index = reader.u32()
  const found = list[index]
  if (found === undefined) throw reader.refusal(`there is no ${what} ${index}`)
  return found
}

/** A table, with its greatest size lowered to what is allowed. */
export function readTable(reader: ByteReader): TableType {
  const type = reader.byte()
  if (type !== VALUE.funcref && type !== VALUE.externref)
    throw reader.refusal('a table holds something that is not allowed')
  const bounds = readBounds(reader, 'table')
  if (bounds.min > MOST_TABLE_ENTRIES) {
    throw reader.refusal(`a table begins with ${bounds.min} entries, at most ${MOST_TABLE_ENTRIES} are allowed`)
  }
  return { type, bounds: { min: bounds.min, max: Math.min(bounds.max ?? MOST_TABLE_ENTRIES, MOST_TABLE_ENTRIES) } }
}

/** A memory's bounds, in pages of 64 KiB. */
export function readMemory(reader: ByteReader): Bounds {
  const bounds = readBounds(reader, 'memory')
  const most = Math.max(bounds.min, bounds.max ?? 0)
  if (most > MOST_PAGES) throw reader.refusal(`a memory of ${most} pages is more than 32 bits reach (${MOST_PAGES})`)
  return bounds
}

function readBounds(reader: ByteReader, what: string): Bounds {
  const flags = reader.byte()
  if ((flags & 2) !== 0) throw reader.refusal(`a shared ${what} is not allowed: no threads`)
  if ((flags & 4) !== 0) throw reader.refusal(`a ${what} of 64 bits is not allowed`)
  if (flags > 1) throw reader.refusal(`a ${what} has bounds of an unknown kind`)
  const min = reader.u32()
  if (flags === 0) return { min }
  const max = reader.u32()
  if (max < min) throw reader.refusal(`a ${what} is at least ${min} and at most ${max}`)
  return { min, max }
}

/** Something that the module gives. Names that the rewriting uses are refused. */
export function readExport(reader: ByteReader): Export {
  const name = reader.text()
  if (name.startsWith('iexec:')) throw reader.refusal(`the export ${JSON.stringify(name)} is reserved`)
  const kind = reader.byte()
  if (kind > 3) throw reader.refusal(`the export ${JSON.stringify(name)} is of an unknown kind`)
  return { name, kind, index: reader.u32() }
}

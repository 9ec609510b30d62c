// Turns a module into one that does the same on every machine: the whole of it is read, and refused or written anew.
import { ByteReader, ByteWriter, ModuleRefused } from './bytes.ts'
import { rewriteFunction } from './code.ts'
import { STACK_BYTES } from './frame.ts'
import { readData, readElement, readGlobal } from './initial.ts'
import {
  entriesOf,
  MOST_TABLES,
  readEntries,
  readExport,
  readImport,
  readIndex,
  readMemory,
  readSections,
  readTable,
  readType,
  requireEnd,
  SECTION,
  type Export,
  type TableType,
} from './sections.ts'
import { VALUE, type Bounds, type Entries, type FunctionType, type Shape } from './shape.ts'

/** Counts up with every change of what comes out: rewritten modules are kept under it. */
export const REWRITER_VERSION = 1

/** Names under which whoever runs a module finds what the rewriting added. */
export const ADDED = {
  /** i32: what is left of the stack; below zero, a call was too deep. */
  depth: 'iexec:depth',
  /** i64: the smallest size in pages to which the memory could not grow; all bits set when it always could. */
  refused: 'iexec:refused',
  /** The function that the module would have started with by itself. */
  start: 'iexec:start',
} as const

type Module = {
  readonly sections: ReadonlyMap<number, ByteReader>
  readonly types: readonly FunctionType[]
  readonly imported: number
  readonly tables: readonly TableType[]
  readonly memory: Bounds | undefined
  readonly exports: readonly Export[]
  readonly start: number | undefined
  readonly shape: Shape
}

/**
 * Rewrites a module so that it does the same on every machine.
 *
 * @param bytes a binary module of version 1
 * @returns the new module; whether V8 takes both is for the caller to ask
 * @throws ModuleRefused with one sentence for the module's author
 * @example
 * new WebAssembly.Module(rewrite(bytes))
 */
export function rewrite(bytes: Uint8Array): Uint8Array {
  const module = readModule(bytes)
  requireRunnable(module)
  return writeModule(module)
}

function readModule(bytes: Uint8Array): Module {
  const sections = readSections(bytes)
  const types = readEntries(peek(sections, SECTION.type), readType)
  const imported = readEntries(peek(sections, SECTION.import), (reader) => readImport(reader, types))
  const defined = readEntries(peek(sections, SECTION.function), (reader) => readIndex(reader, types, 'type'))
  const functions = [...imported, ...defined]
  const tables = readEntries(peek(sections, SECTION.table), readTable)
  const memories = readEntries(peek(sections, SECTION.memory), readMemory)
  if (tables.length > MOST_TABLES)
    throw new ModuleRefused(`the module has ${tables.length} tables, at most ${MOST_TABLES} are allowed`)
  if (memories.length > 1) throw new ModuleRefused(`the module has ${memories.length} memories, only one is allowed`)
  let globals = 0
  readEntries(peek(sections, SECTION.global), (reader) => {
    readGlobal(reader, { functions, globals, tables: 0, memories: 0 })
    globals += 1
  })
  const known = { functions, globals, tables: tables.length, memories: memories.length }
  const exports = readEntries(peek(sections, SECTION.export), readExport)
  const start = readStart(peek(sections, SECTION.start), functions)
  const elements = readEntries(peek(sections, SECTION.element), (reader) => readElement(reader, known)).length
  const segments = readEntries(peek(sections, SECTION.data), (reader) => readData(reader, known)).length
  const data = readDataCount(peek(sections, SECTION.dataCount), segments)
  const shape = { types, functions, tables: tables.length, memories: memories.length, globals, elements, data }
  return { sections, types, imported: imported.length, tables, memory: memories[0], exports, start, shape }
}

function peek(sections: ReadonlyMap<number, ByteReader>, id: number): ByteReader | undefined {
  const found = sections.get(id)
  return found === undefined ? undefined : new ByteReader(found.bytes, found.at, found.end)
}

function readStart(reader: ByteReader | undefined, functions: readonly FunctionType[]): number | undefined {
  if (reader === undefined) return undefined
  const index = reader.u32()
  if (functions[index] === undefined) throw reader.refusal(`there is no function ${index}`)
  requireEnd(reader)
  return index
}

function readDataCount(reader: ByteReader | undefined, segments: number): number | undefined {
  if (reader === undefined) return undefined
  const count = reader.u32()
  requireEnd(reader)
  if (count !== segments) throw reader.refusal(`${count} pieces of data are promised, ${segments} are there`)
  return count
}

/** A program of WASI: `_start` without parameters, and its memory where WASI can reach it. */
function requireRunnable({ exports, imported, shape }: Module): void {
  const start = exports.find(({ name, kind }) => name === '_start' && kind === 0)
  const type = start === undefined ? undefined : shape.functions[start.index]
  if (type === undefined)
    throw new ModuleRefused('the module exports no function _start: build a program, not a library')
  if (type.params.length + type.results.length > 0)
    throw new ModuleRefused('the function _start has parameters or results')
  const hasMemory = exports.some(({ name, kind }) => name === 'memory' && kind === 2)
  if (imported > 0 && !hasMemory)
    throw new ModuleRefused('the module imports functions of WASI, and does not export its memory')
}

function writeModule(module: Module): Uint8Array {
  const { sections, shape } = module
  const types = new TypeList(shape.types.length, entriesOf(sections.get(SECTION.type)))
  const growType = types.add({ params: [VALUE.i32], results: [VALUE.i32] })
  const added = { depth: shape.globals, grow: shape.functions.length, blockType: types.blockType }
  const code = writeCode(module, added)
  const writer = new ByteWriter()
  writer.raw(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00))
  section(writer, SECTION.type, types.write)
  copySection(writer, SECTION.import, sections)
  appendTo(writer, SECTION.function, {
    old: entriesOf(sections.get(SECTION.function)),
    count: 1,
    more: (body) => body.u32(growType),
  })
  if (module.tables.length > 0) section(writer, SECTION.table, (body) => writeTables(body, module.tables))
  const { memory } = module
  // A module without a memory gets an empty one: the function that grows it must stand in every module.
  section(writer, SECTION.memory, (body) => writeMemory(body, memory ?? { min: 0, max: 0 }))
  appendTo(writer, SECTION.global, { old: entriesOf(sections.get(SECTION.global)), count: 2, more: writeGlobals })
  writeExports(writer, module)
  copySection(writer, SECTION.element, sections)
  copySection(writer, SECTION.dataCount, sections)
  section(writer, SECTION.code, (body) => body.raw(code))
  copySection(writer, SECTION.data, sections)
  return writer.done()
}

function writeCode(module: Module, added: Parameters<typeof rewriteFunction>[2]['added']): Uint8Array {
  const { shape, imported } = module
  const defined = shape.functions.slice(imported)
  const body = new ByteWriter()
  body.u32(defined.length + 1)
  let next = 0
  const reader = peek(module.sections, SECTION.code)
  readEntries(reader, (entries) => {
    const type = defined[next]
    if (type === undefined) throw entries.refusal(`${defined.length} functions are declared, more have code`)
    next += 1
    body.part(rewriteFunction(entries.part(), type, { shape, added }))
  })
  if (next !== defined.length) throw new ModuleRefused(`${defined.length} functions are declared, ${next} have code`)
  body.part(growFunction(added.depth + 1))
  return body.done()
}

/**
 * `memory.grow` that remembers the smallest size that was refused: a refusal that the limit does not explain is this machine's
 * fault, and its run does not count.
 */
function growFunction(refused: number): Uint8Array {
  const body = new ByteWriter()
  // locals: the result as i32, the wanted size as i64
  body.byte(2, 1, VALUE.i32, 1, VALUE.i64)
  // wanted = u64(size) + u64(pages)
  body.byte(0x3f, 0, 0xad, 0x20, 0, 0xad, 0x7c, 0x21, 2)
  // result = memory.grow(pages); if (result == -1)
  body.byte(0x20, 0, 0x40, 0, 0x22, 1, 0x41, 0x7f, 0x46, 0x04, 0x40)
  // if (wanted < refused) refused = wanted
  body.byte(0x20, 2, 0x23)
  body.u32(refused)
  body.byte(0x54, 0x04, 0x40, 0x20, 2, 0x24)
  body.u32(refused)
  body.byte(0x0b, 0x0b, 0x20, 1, 0x0b)
  return body.done()
}

function writeGlobals(body: ByteWriter): void {
  body.byte(VALUE.i32, 1, 0x41)
  body.positive(STACK_BYTES)
  body.byte(0x0b)
  body.byte(VALUE.i64, 1, 0x42, 0x7f, 0x0b)
}

function writeExports(writer: ByteWriter, { sections, shape, start }: Module): void {
  const old = entriesOf(sections.get(SECTION.export))
  const more = (body: ByteWriter): void => {
    body.text(ADDED.depth)
    body.byte(3)
    body.u32(shape.globals)
    body.text(ADDED.refused)
    body.byte(3)
    body.u32(shape.globals + 1)
    if (start === undefined) return
    body.text(ADDED.start)
    body.byte(0)
    body.u32(start)
  }
  appendTo(writer, SECTION.export, { old, count: start === undefined ? 2 : 3, more })
}

function writeTables(body: ByteWriter, tables: readonly TableType[]): void {
  body.u32(tables.length)
  for (const { type, bounds } of tables) {
    body.byte(type)
    writeBounds(body, bounds)
  }
}

function writeMemory(body: ByteWriter, bounds: Bounds): void {
  body.u32(1)
  writeBounds(body, bounds)
}

function writeBounds(body: ByteWriter, { min, max }: Bounds): void {
  body.byte(max === undefined ? 0 : 1)
  body.u32(min)
  if (max !== undefined) body.u32(max)
}

function section(writer: ByteWriter, id: number, write: (body: ByteWriter) => void): void {
  const body = new ByteWriter()
  write(body)
  writer.byte(id)
  writer.part(body.done())
}

function copySection(writer: ByteWriter, id: number, sections: ReadonlyMap<number, ByteReader>): void {
  const old = sections.get(id)
  if (old !== undefined) section(writer, id, (body) => body.raw(old.rest()))
}

function appendTo(
  writer: ByteWriter,
  id: number,
  { old, count, more }: { old: Entries; count: number; more: (body: ByteWriter) => void },
): void {
  section(writer, id, (body) => {
    body.u32(old.count + count)
    body.raw(old.bytes)
    more(body)
  })
}

/** The types of a module, and behind them those that the rewriting needs. */
class TypeList {
  readonly #old: Entries
  readonly #more = new Map<string, { readonly number: number; readonly type: FunctionType }>()

  constructor(count: number, old: Entries) {
    this.#old = { count, bytes: old.bytes }
  }

  add(type: FunctionType): number {
    const key = `${type.params.join()}>${type.results.join()}`
    const known = this.#more.get(key)
    if (known !== undefined) return known.number
    const number = this.#old.count + this.#more.size
    this.#more.set(key, { number, type })
    return number
  }

  readonly blockType = (results: readonly number[]): Uint8Array => {
    const [only] = results
    if (only === undefined) return Uint8Array.of(0x40)
    if (results.length === 1) return Uint8Array.of(only)
    const writer = new ByteWriter()
    writer.positive(this.add({ params: [], results }))
    return writer.done()
  }

  readonly write = (body: ByteWriter): void => {
    body.u32(this.#old.count + this.#more.size)
    body.raw(this.#old.bytes)
    for (const { type } of this.#more.values()) {
      body.byte(0x60)
      body.part(Uint8Array.from(type.params))
      body.part(Uint8Array.from(type.results))
    }
  }
}

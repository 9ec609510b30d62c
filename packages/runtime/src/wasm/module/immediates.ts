// What follows the number of an instruction: types, and the numbers of what it names, of which nothing may be absent.
import type { ByteReader } from './bytes.ts'
import type { Immediate } from './instructions.ts'
import { readValueType } from './sections.ts'
import { VALUE, VALUE_TYPES, type FunctionType, type Shape } from './shape.ts'

/** What a function may name: all of its module, and its own local variables. */
export type Named = { readonly shape: Shape; readonly locals: number }

const NO_TYPE: FunctionType = { params: [], results: [] }

/**
 * Reads what follows the number of an instruction.
 *
 * @throws ModuleRefused when it names what is not there
 */
export function readImmediate(reader: ByteReader, immediate: Immediate, named: Named): void {
  if (typeof immediate === 'number') return reader.skip(immediate)
  switch (immediate) {
    case 'none':
      return
    case 'i32':
      return reader.skipNumber(32)
    case 'i64':
      return reader.skipNumber(64)
    case 'address':
      return readAddress(reader, named)
    case 'address lane':
      readAddress(reader, named)
      return reader.skip(1)
    case 'one type':
      if (reader.u32() !== 1) throw reader.refusal('a select names more than one type')
      readValueType(reader)
      return
    case 'reference type': {
      const type = readValueType(reader)
      if (type !== VALUE.funcref && type !== VALUE.externref) throw reader.refusal('a reference has another type')
      return
    }
    default:
      return readNumbers(reader, immediate, named)
  }
}

function readAddress(reader: ByteReader, { shape }: Named): void {
  const alignment = reader.u32()
  if (alignment > 4) throw reader.refusal('an address names an alignment above 16 bytes, or one of several memories')
  reader.u32()
  if (shape.memories === 0) throw reader.refusal('there is no memory')
}

function readNumbers(reader: ByteReader, immediate: Exclude<Immediate, number>, { shape, locals }: Named): void {
  for (const what of immediate.split(' ')) {
    if (what === 'local') readNumber(reader, locals, what)
    else if (what === 'global') readNumber(reader, shape.globals, what)
    else if (what === 'function') readNumber(reader, shape.functions.length, what)
    else if (what === 'table') readNumber(reader, shape.tables, what)
    else if (what === 'element') readNumber(reader, shape.elements, what)
    else if (what === 'memory') readNumber(reader, shape.memories, what)
    else readNumber(reader, shape.data ?? 0, 'counted piece of data')
  }
}

/** Reads the type of a block: none, one value, or a type of the module. */
export function readBlockType(reader: ByteReader, types: Shape['types']): FunctionType {
  const code = reader.s33()
  if (code === -64) return NO_TYPE
  if (code < 0) {
    const type = code + 128
    if (!VALUE_TYPES.has(type)) throw reader.refusal(`type ${hex(type & 0x7f)} is not allowed`)
    return { params: [], results: [type] }
  }
  const type = types[code]
  if (type === undefined) throw reader.refusal(`there is no type ${code}`)
  return type
}

/** Reads the number of one of so many. */
export function readNumber(reader: ByteReader, count: number, what: string): void {
  const number = reader.u32()
  if (number >= count) throw reader.refusal(`there is no ${what} ${number}`)
}

/**
 * A code as the specification writes it.
 *
 * @example
 * hex(252) // '0xfc'
 */
export function hex(value: number): string {
  return `0x${value.toString(16)}`
}

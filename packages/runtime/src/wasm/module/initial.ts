// Reads what a module fills its globals, tables and memory with before it starts: constants, and nothing that is computed.
import type { ByteReader } from './bytes.ts'
import { readIndex, readValueType } from './sections.ts'
import { VALUE, type FunctionType } from './shape.ts'

/** What an initial value may name. */
export type Known = {
  readonly functions: readonly FunctionType[]
  readonly globals: number
  readonly tables: number
  readonly memories: number
}

/** Steps over a global. */
export function readGlobal(reader: ByteReader, known: Known): void {
  readValueType(reader)
  const mutability = reader.byte()
  if ((mutability & 2) !== 0) throw reader.refusal('a shared global is not allowed: no threads')
  if (mutability > 1) throw reader.refusal('a global is of an unknown kind')
  skipConstant(reader, known)
}

/** Steps over a constant and its end. */
function skipConstant(reader: ByteReader, known: Known): void {
  const code = reader.byte()
  if (code === 0x41) reader.skipNumber(32)
  else if (code === 0x42) reader.skipNumber(64)
  else if (code === 0x43) reader.skip(4)
  else if (code === 0x44) reader.skip(8)
  else if (code === 0x23) below(reader, { count: known.globals, what: 'global' })
  else if (code === 0xd0) skipReferenceType(reader)
  else if (code === 0xd2) readIndex(reader, known.functions, 'function')
  else if (code === 0xfd && reader.u32() === 12) reader.skip(16)
  else throw reader.refusal(`0x${code.toString(16)} is not allowed in an initial value`)
  if (reader.byte() !== 0x0b) throw reader.refusal('an initial value is not a single constant')
}

/** Steps over a segment of elements, in any of its eight forms. */
export function readElement(reader: ByteReader, known: Known): void {
  const flags = reader.u32()
  if (flags > 7) throw reader.refusal('a segment of elements is of an unknown kind')
  const isActive = (flags & 1) === 0
  const hasExpressions = (flags & 4) !== 0
  if (isActive) {
    below(reader, { count: known.tables, what: 'table' }, (flags & 2) !== 0)
    skipConstant(reader, known)
  }
  if ((flags & 3) !== 0) {
    if (hasExpressions) skipReferenceType(reader)
    else if (reader.byte() !== 0) throw reader.refusal('a segment holds something else than functions')
  }
  const count = reader.count()
  for (let i = 0; i < count; i += 1) {
    if (hasExpressions) skipConstant(reader, known)
    else readIndex(reader, known.functions, 'function')
  }
}

/** Steps over a segment of data. */
export function readData(reader: ByteReader, known: Known): void {
  const flags = reader.u32()
  if (flags > 2) throw reader.refusal('a segment of data is of an unknown kind')
  if (flags !== 1) {
    below(reader, { count: known.memories, what: 'memory' }, flags === 2)
    skipConstant(reader, known)
  }
  reader.part()
}

function skipReferenceType(reader: ByteReader): void {
  const type = readValueType(reader)
  if (type !== VALUE.funcref && type !== VALUE.externref)
    throw reader.refusal('a reference has a type that is not allowed')
}

/** A number below a count, where it is written; otherwise it is 0. */
function below(reader: ByteReader, { count, what }: { count: number; what: string }, isWritten = true): void {
  const index = isWritten ? reader.u32() : 0
  if (index >= count) throw reader.refusal(`there is no ${what} ${index}`)
}

// Rewrites one function: what it takes from the stack is counted, every NaN that it makes is the same on every processor, and
// memory grows through one function. Instructions are read one by one, and what is not allowed is a refusal.
import { ByteWriter, type ByteReader } from './bytes.ts'
import { canonicalNan, scratchType } from './floats.ts'
import { frameBytes, giveFrameBack, takeFrame } from './frame.ts'
import { hex, readBlockType, readImmediate, readNumber, type Named } from './immediates.ts'
import { BULK, nameOfRefused, PLAIN, VECTOR, type FloatKind, type Instruction } from './instructions.ts'
import { Operands } from './operands.ts'
import { readIndex, readValueType } from './sections.ts'
import { VALUE, type Added, type FunctionType, type Shape } from './shape.ts'

/** The most local variables of a function, as V8 has it. */
const MOST_LOCALS = 50_000

/**
 * Rewrites the body of a function.
 *
 * @param type what the function takes and gives
 * @returns the new body, without its length
 * @throws ModuleRefused when it is not well formed or has an instruction that is not allowed
 */
export function rewriteFunction(
  reader: ByteReader,
  type: FunctionType,
  house: { shape: Shape; added: Added },
): Uint8Array {
  return new FunctionRewriter(reader, type, house).rewrite()
}

class FunctionRewriter {
  readonly #reader: ByteReader
  readonly #type: FunctionType
  readonly #shape: Shape
  readonly #added: Added
  readonly #code = new ByteWriter()
  readonly #operands: Operands
  /** Numbers of the local variables that the rewriting added, in the order of their declarations. */
  readonly #scratch = new Map<number, number>()
  /** With all its local variables, once they are read. */
  #named: Named
  #values = 0
  #hasVectors: boolean
  /** Up to here, the old code is in the new code. */
  #copied = 0

  constructor(reader: ByteReader, type: FunctionType, { shape, added }: { shape: Shape; added: Added }) {
    this.#reader = reader
    this.#type = type
    this.#shape = shape
    this.#named = { shape, locals: 0 }
    this.#added = added
    this.#operands = new Operands(reader, type.results)
    this.#hasVectors = [...type.params, ...type.results].includes(VALUE.v128)
  }

  rewrite(): Uint8Array {
    const groups = this.#readLocals()
    this.#copied = this.#reader.at
    while (this.#operands.depth > 0) this.#instruction()
    if (!this.#reader.isDone) throw this.#reader.refusal('a function goes on after its end')
    this.#copyUpTo(this.#reader.at)
    return this.#assemble(groups)
  }

  #readLocals(): { count: number; bytes: Uint8Array } {
    const reader = this.#reader
    const count = reader.count()
    const start = reader.at
    let locals = this.#type.params.length
    for (let i = 0; i < count; i += 1) {
      locals += reader.u32()
      if (locals > MOST_LOCALS) throw reader.refusal(`a function has more than ${MOST_LOCALS} local variables`)
      if (readValueType(reader) === VALUE.v128) this.#hasVectors = true
    }
    this.#named = { shape: this.#shape, locals }
    return { count, bytes: reader.bytes.subarray(start, reader.at) }
  }

  /** The old code becomes a block: whatever left the function leaves the block, behind which the frame is given back. */
  #assemble(groups: { count: number; bytes: Uint8Array }): Uint8Array {
    const { params, results } = this.#type
    // Parameters are among the local variables already.
    const slots = this.#named.locals + this.#scratch.size + this.#operands.most + params.length + 2 * results.length
    const bytes = frameBytes({ slots, values: this.#values, hasVectors: this.#hasVectors })
    const body = new ByteWriter()
    body.u32(groups.count + this.#scratch.size)
    body.raw(groups.bytes)
    for (const type of this.#scratch.keys()) body.byte(1, type)
    takeFrame(body, bytes, this.#added)
    body.byte(0x02)
    body.raw(this.#added.blockType(results))
    body.raw(this.#code.done())
    giveFrameBack(body, bytes, this.#added)
    body.byte(0x0b)
    return body.done()
  }

  #instruction(): void {
    const start = this.#reader.at
    const code = this.#reader.byte()
    this.#values += 1
    if (this.#flow(code, start)) return
    const { immediate, pops, pushes, float } = this.#plainOrPrefixed(code)
    // The place in the memory is a value besides what is there.
    if (immediate === 'address' || immediate === 'address lane') this.#values += 1
    readImmediate(this.#reader, immediate, this.#named)
    this.#operands.pop(pops)
    this.#operands.push(pushes)
    if (code === 0x40) this.#replaceGrow(start)
    if (float !== undefined) this.#settleNan(float)
  }

  #plainOrPrefixed(code: number): Instruction {
    const prefixed = code === 0xfc ? BULK : code === 0xfd ? VECTOR : undefined
    const number = prefixed === undefined ? code : this.#reader.u32()
    if (code === 0xfd) this.#hasVectors = true
    const instruction = (prefixed ?? PLAIN).get(number)
    if (instruction !== undefined) return instruction
    const name = code === 0xfd && number > 0xff ? 'relaxed vectors' : nameOfRefused(code)
    const shown = prefixed === undefined ? hex(code) : `${hex(code)} ${hex(number)}`
    throw this.#reader.refusal(`instruction ${shown}${name === undefined ? '' : `, of ${name},`} is not allowed`)
  }

  /** Blocks, branches and calls. Whether it was one. */
  #flow(code: number, start: number): boolean {
    switch (code) {
      case 0x00:
        this.#operands.die()
        return true
      case 0x02:
      case 0x03:
      case 0x04:
        this.#open(code)
        return true
      case 0x05:
        this.#operands.otherwise()
        return true
      case 0x0b:
        this.#operands.close()
        return true
      case 0x0c:
        this.#operands.label()
        this.#operands.die()
        return true
      case 0x0d:
        this.#conditionalBranch()
        return true
      case 0x0e:
        this.#branchTable()
        return true
      case 0x0f:
        this.#replaceReturn(start)
        return true
      case 0x10:
        this.#call(readIndex(this.#reader, this.#shape.functions, 'function'))
        return true
      case 0x11:
        this.#callIndirect()
        return true
      default:
        return false
    }
  }

  #open(code: 0x02 | 0x03 | 0x04): void {
    if (code === 0x04) this.#operands.pop(1)
    const kind = code === 0x02 ? 'block' : code === 0x03 ? 'loop' : 'if'
    this.#operands.open(kind, readBlockType(this.#reader, this.#shape.types))
  }

  #conditionalBranch(): void {
    this.#operands.pop(1)
    const { kind, type } = this.#operands.label()
    const carried = (kind === 'loop' ? type.params : type.results).length
    this.#operands.pop(carried)
    this.#operands.push(carried)
  }

  #branchTable(): void {
    this.#operands.pop(1)
    const count = this.#reader.count()
    for (let i = 0; i <= count; i += 1) this.#operands.label()
    this.#operands.die()
  }

  #callIndirect(): void {
    this.#operands.pop(1)
    const type = readIndex(this.#reader, this.#shape.types, 'type')
    readNumber(this.#reader, this.#shape.tables, 'table')
    this.#call(type)
  }

  #call(type: FunctionType): void {
    this.#operands.pop(type.params.length)
    this.#operands.push(type.results.length)
  }

  /** A return would pass by the end, where the frame is given back: it becomes a branch there. */
  #replaceReturn(start: number): void {
    this.#copyUpTo(start)
    this.#code.byte(0x0c)
    this.#code.u32(this.#operands.depth - 1)
    this.#copied = this.#reader.at
    this.#operands.die()
  }

  #replaceGrow(start: number): void {
    this.#copyUpTo(start)
    this.#code.byte(0x10)
    this.#code.u32(this.#added.grow)
    this.#copied = this.#reader.at
  }

  #settleNan(kind: FloatKind): void {
    this.#copyUpTo(this.#reader.at)
    const type = scratchType(kind)
    const known = this.#scratch.get(type)
    const local = known ?? this.#named.locals + this.#scratch.size
    if (known === undefined) this.#scratch.set(type, local)
    canonicalNan(this.#code, kind, local)
    // Four operands where there was one, and three values more.
    this.#values += 3
    this.#operands.push(3)
    this.#operands.pop(3)
  }

  #copyUpTo(end: number): void {
    this.#code.raw(this.#reader.bytes.subarray(this.#copied, end))
    this.#copied = end
  }
}

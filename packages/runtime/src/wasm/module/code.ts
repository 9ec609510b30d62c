// Rewrites one function: what it takes from the stack is counted, every NaN that it makes is the same on every processor, and
// memory grows through one function. Instructions are read one by one, and what is not allowed is a refusal.
import { ByteWriter, type ByteReader } from './bytes.ts'
import { canonicalNan, scratchType } from './floats.ts'
import { BULK, nameOfRefused, PLAIN, VECTOR, type FloatKind, type Immediate, type Instruction } from './instructions.ts'
import { VALUE, VALUE_TYPES, type Added, type FunctionType, type Shape } from './shape.ts'

/**
 * What all functions that are called at one time may take together, in bytes as `frameBytes` counts them.
 *
 * @example
 * STACK_BYTES / frameBytes({ slots: 8, values: 40, hasVectors: false }) // 65536 calls deep
 */
export const STACK_BYTES = 33_554_432
/** The most local variables of a function, as V8 has it. */
const MOST_LOCALS = 50_000

/**
 * What a call is counted as: a fixed part, and 8 bytes (16 in a function that works with vectors) for all that may have to be
 * kept on the stack while another function runs. That is each local variable, each operand at the fullest point, each parameter
 * and result twice (as it is handed over and as it is kept), and each value that an instruction makes: a compiler that knows
 * that it needs a value again keeps it.
 */
export function frameBytes(frame: {
  readonly slots: number
  readonly values: number
  readonly hasVectors: boolean
}): number {
  return Math.min(128 + (frame.slots + frame.values) * (frame.hasVectors ? 16 : 8), STACK_BYTES + 1)
}

type Block = {
  readonly type: FunctionType
  /** Operands below it. */
  readonly floor: number
  readonly isLoop: boolean
  readonly isIf: boolean
  /** Whether what follows is never reached: operands are then whatever is asked for. */
  isDead: boolean
}

const NO_TYPE: FunctionType = { params: [], results: [] }

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
  readonly #blocks: Block[] = []
  /** Numbers of the local variables that the rewriting added, in the order of their declarations. */
  readonly #scratch = new Map<number, number>()
  #locals = 0
  #height = 0
  #mostHeight = 0
  #values = 0
  #hasVectors: boolean
  /** Up to here, the old code is in the new code. */
  #copied = 0

  constructor(reader: ByteReader, type: FunctionType, { shape, added }: { shape: Shape; added: Added }) {
    this.#reader = reader
    this.#type = type
    this.#shape = shape
    this.#added = added
    this.#hasVectors = [...type.params, ...type.results].includes(VALUE.v128)
  }

  rewrite(): Uint8Array {
    const groups = this.#readLocals()
    this.#copied = this.#reader.at
    this.#blocks.push({
      type: { params: [], results: this.#type.results },
      floor: 0,
      isLoop: false,
      isIf: false,
      isDead: false,
    })
    while (this.#blocks.length > 0) this.#instruction()
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
      if (this.#valueType() === VALUE.v128) this.#hasVectors = true
    }
    this.#locals = locals
    return { count, bytes: reader.bytes.subarray(start, reader.at) }
  }

  /** The old code becomes a block: whatever left the function leaves the block, behind which the frame is given back. */
  #assemble(groups: { count: number; bytes: Uint8Array }): Uint8Array {
    const { params, results } = this.#type
    // Parameters are among the local variables already.
    const slots = this.#locals + this.#scratch.size + this.#mostHeight + params.length + 2 * results.length
    const bytes = frameBytes({ slots, values: this.#values, hasVectors: this.#hasVectors })
    const body = new ByteWriter()
    body.u32(groups.count + this.#scratch.size)
    body.raw(groups.bytes)
    for (const type of this.#scratch.keys()) body.byte(1, type)
    // depth -= bytes; if (depth < 0) unreachable
    this.#moveDepth(body, { bytes, operator: 0x6b })
    body.byte(0x23)
    body.u32(this.#added.depth)
    body.byte(0x41, 0, 0x48, 0x04, 0x40, 0x00, 0x0b)
    body.byte(0x02)
    body.raw(this.#added.blockType(this.#type.results))
    body.raw(this.#code.done())
    this.#moveDepth(body, { bytes, operator: 0x6a })
    body.byte(0x0b)
    return body.done()
  }

  #moveDepth(body: ByteWriter, { bytes, operator }: { bytes: number; operator: 0x6a | 0x6b }): void {
    body.byte(0x23)
    body.u32(this.#added.depth)
    body.byte(0x41)
    body.positive(bytes)
    body.byte(operator, 0x24)
    body.u32(this.#added.depth)
  }

  #instruction(): void {
    const start = this.#reader.at
    const code = this.#reader.byte()
    this.#values += 1
    if (this.#flow(code, start)) return
    const instruction = this.#plainOrPrefixed(code)
    this.#immediate(instruction.immediate)
    this.#pop(instruction.pops)
    this.#push(instruction.pushes)
    if (code === 0x40) this.#replaceGrow(start)
    if (instruction.float !== undefined) this.#settleNan(instruction.float)
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
        this.#die()
        return true
      case 0x02:
      case 0x03:
      case 0x04:
        this.#open(code)
        return true
      case 0x05:
        this.#otherwise()
        return true
      case 0x0b:
        this.#close()
        return true
      case 0x0c:
        this.#label()
        this.#die()
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
        this.#call(this.#named(this.#shape.functions, 'function'))
        return true
      case 0x11:
        this.#callIndirect()
        return true
      default:
        return false
    }
  }

  #open(code: number): void {
    if (code === 0x04) this.#pop(1)
    const type = this.#blockType()
    this.#pop(type.params.length)
    this.#blocks.push({ type, floor: this.#height, isLoop: code === 0x03, isIf: code === 0x04, isDead: false })
    this.#push(type.params.length)
  }

  #otherwise(): void {
    const block = this.#blocks.pop()
    if (block?.isIf !== true) throw this.#reader.refusal('an else has no if')
    this.#height = block.floor
    this.#blocks.push({ ...block, isIf: false, isDead: false })
    this.#push(block.type.params.length)
  }

  #close(): void {
    const block = this.#blocks.pop()
    if (block === undefined) throw this.#reader.refusal('an end has no beginning')
    this.#height = block.floor
    this.#push(block.type.results.length)
  }

  #conditionalBranch(): void {
    this.#pop(1)
    const target = this.#label()
    const carried = (target.isLoop ? target.type.params : target.type.results).length
    this.#pop(carried)
    this.#push(carried)
  }

  #branchTable(): void {
    this.#pop(1)
    const count = this.#reader.count()
    for (let i = 0; i <= count; i += 1) this.#label()
    this.#die()
  }

  #callIndirect(): void {
    this.#pop(1)
    const type = this.#named(this.#shape.types, 'type')
    this.#below(this.#shape.tables, 'table')
    this.#call(type)
  }

  #call(type: FunctionType): void {
    this.#pop(type.params.length)
    this.#push(type.results.length)
  }

  /** A return would pass by the end, where the frame is given back: it becomes a branch there. */
  #replaceReturn(start: number): void {
    this.#copyUpTo(start)
    this.#code.byte(0x0c)
    this.#code.u32(this.#blocks.length - 1)
    this.#copied = this.#reader.at
    this.#die()
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
    const local = known ?? this.#locals + this.#scratch.size
    if (known === undefined) this.#scratch.set(type, local)
    canonicalNan(this.#code, kind, local)
    // Four operands where there was one, and three values more.
    this.#values += 3
    this.#push(3)
    this.#pop(3)
  }

  #copyUpTo(end: number): void {
    this.#code.raw(this.#reader.bytes.subarray(this.#copied, end))
    this.#copied = end
  }

  #push(count: number): void {
    this.#height += count
    if (this.#height > this.#mostHeight) this.#mostHeight = this.#height
  }

  #pop(count: number): void {
    const block = this.#blocks.at(-1)
    if (block === undefined) throw this.#reader.refusal('an instruction stands outside of its function')
    const height = this.#height - count
    if (height < block.floor && !block.isDead) throw this.#reader.refusal('an instruction has too few operands')
    this.#height = Math.max(height, block.floor)
  }

  #die(): void {
    const block = this.#blocks.at(-1)
    if (block === undefined) return
    block.isDead = true
    this.#height = block.floor
  }

  #label(): Block {
    const label = this.#reader.u32()
    const block = this.#blocks.at(-1 - label)
    if (block === undefined) throw this.#reader.refusal(`a branch leaves ${label} blocks of ${this.#blocks.length}`)
    return block
  }

  #blockType(): FunctionType {
    const code = this.#reader.s33()
    if (code === -64) return NO_TYPE
    if (code < 0) {
      const type = code + 128
      if (!VALUE_TYPES.has(type)) throw this.#reader.refusal(`type ${hex(type & 0x7f)} is not allowed`)
      return { params: [], results: [type] }
    }
    const type = this.#shape.types[code]
    if (type === undefined) throw this.#reader.refusal(`there is no type ${code}`)
    return type
  }

  #valueType(): number {
    const type = this.#reader.byte()
    if (!VALUE_TYPES.has(type)) throw this.#reader.refusal(`type ${hex(type)} is not allowed`)
    return type
  }

  #named<T>(list: readonly T[], what: string): T {
    const number = this.#reader.u32()
    const found = list[number]
    if (found === undefined) throw this.#reader.refusal(`there is no ${what} ${number}`)
    return found
  }

  #below(count: number, what: string): void {
    const number = this.#reader.u32()
    if (number >= count) throw this.#reader.refusal(`there is no ${what} ${number}`)
  }

  #address(): void {
    // The place in the memory is a value besides what is there.
    this.#values += 1
    const alignment = this.#reader.u32()
    if (alignment > 4)
      throw this.#reader.refusal('an address names an alignment above 16 bytes, or one of several memories')
    this.#reader.u32()
    if (this.#shape.memories === 0) throw this.#reader.refusal('there is no memory')
  }

  #immediate(immediate: Immediate): void {
    if (typeof immediate === 'number') return this.#reader.skip(immediate)
    switch (immediate) {
      case 'none':
        return
      case 'i32':
        return this.#reader.skipNumber(32)
      case 'i64':
        return this.#reader.skipNumber(64)
      case 'address':
        return this.#address()
      case 'address lane':
        this.#address()
        return this.#reader.skip(1)
      case 'one type':
        if (this.#reader.u32() !== 1) throw this.#reader.refusal('a select names more than one type')
        this.#valueType()
        return
      case 'reference type': {
        const type = this.#valueType()
        if (type !== VALUE.funcref && type !== VALUE.externref)
          throw this.#reader.refusal('a reference has another type')
        return
      }
      default:
        return this.#numbers(immediate)
    }
  }

  #numbers(immediate: Exclude<Immediate, number>): void {
    const shape = this.#shape
    for (const what of immediate.split(' ')) {
      if (what === 'local') this.#below(this.#locals, what)
      else if (what === 'global') this.#below(shape.globals, what)
      else if (what === 'function') this.#below(shape.functions.length, what)
      else if (what === 'table') this.#below(shape.tables, what)
      else if (what === 'element') this.#below(shape.elements, what)
      else if (what === 'memory') this.#below(shape.memories, what)
      else this.#below(shape.data ?? 0, 'counted piece of data')
    }
  }
}

function hex(value: number): string {
  return `0x${value.toString(16)}`
}

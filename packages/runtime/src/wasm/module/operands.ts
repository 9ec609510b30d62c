// How many operands a function has at each point, block by block: none is taken that is not there.
import type { ByteReader } from './bytes.ts'
import type { FunctionType } from './shape.ts'

/** A block of a function; the function itself is the outermost. */
export type Block = {
  readonly kind: 'block' | 'loop' | 'if'
  readonly type: FunctionType
  /** Operands below it. */
  readonly floor: number
  /** Whether what follows is never reached: operands are then whatever is asked for. */
  isDead: boolean
}

/**
 * Counts the operands of one function.
 *
 * Every method throws a `ModuleRefused`, with the place of the reader, when the function is not well formed.
 *
 * @example
 * const operands = new Operands(reader, type.results)
 * operands.push(2)
 * operands.pop(1)
 */
export class Operands {
  readonly #reader: ByteReader
  readonly #blocks: Block[]
  #height = 0
  #most = 0

  /** @param results what the function gives */
  constructor(reader: ByteReader, results: FunctionType['results']) {
    this.#reader = reader
    this.#blocks = [{ kind: 'block', type: { params: [], results }, floor: 0, isDead: false }]
  }

  /** How many operands there were at the fullest point. */
  get most(): number {
    return this.#most
  }

  /** How many blocks are open, the function itself included; none behind its end. */
  get depth(): number {
    return this.#blocks.length
  }

  /** Puts operands on top. */
  push(count: number): void {
    this.#height += count
    if (this.#height > this.#most) this.#most = this.#height
  }

  /** Takes operands away. */
  pop(count: number): void {
    const block = this.#blocks.at(-1)
    if (block === undefined) throw this.#reader.refusal('an instruction stands outside of its function')
    const height = this.#height - count
    if (height < block.floor && !block.isDead) throw this.#reader.refusal('an instruction has too few operands')
    this.#height = Math.max(height, block.floor)
  }

  /** Begins a block. */
  open(kind: Block['kind'], type: FunctionType): void {
    this.pop(type.params.length)
    this.#blocks.push({ kind, type, floor: this.#height, isDead: false })
    this.push(type.params.length)
  }

  /** Goes from an if to its else, of which there is one at most. */
  otherwise(): void {
    const block = this.#blocks.pop()
    if (block?.kind !== 'if') throw this.#reader.refusal('an else has no if')
    this.#height = block.floor
    this.#blocks.push({ ...block, kind: 'block', isDead: false })
    this.push(block.type.params.length)
  }

  /** Ends a block. */
  close(): void {
    const block = this.#blocks.pop()
    if (block === undefined) throw this.#reader.refusal('an end has no beginning')
    this.#height = block.floor
    this.push(block.type.results.length)
  }

  /** What follows in this block is never reached. */
  die(): void {
    const block = this.#blocks.at(-1)
    if (block === undefined) return
    block.isDead = true
    this.#height = block.floor
  }

  /** The block to which a branch goes, whose label is read. */
  label(): Block {
    const label = this.#reader.u32()
    const block = this.#blocks.at(-1 - label)
    if (block === undefined) throw this.#reader.refusal(`a branch leaves ${label} blocks of ${this.#blocks.length}`)
    return block
  }
}

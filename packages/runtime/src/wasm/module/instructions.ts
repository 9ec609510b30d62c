// The instructions that a module may have: all others are refused. The numbers are those of the WebAssembly 2.0 core
// specification, "Index of Instructions"; what changes the flow (blocks, branches, calls) is told apart in code.ts.

/** Which result of an instruction may be a NaN whose bits the processor chooses. */
export type FloatKind = 'f32' | 'f64' | 'f32x4' | 'f64x2'

/** What follows the number of an instruction. */
export type Immediate =
  | 'none'
  | 'i32'
  | 'i64'
  /** As many raw bytes. */
  | number
  | 'local'
  | 'global'
  | 'function'
  | 'table'
  | 'data'
  | 'element'
  | 'memory'
  /** Alignment and offset. */
  | 'address'
  /** Alignment, offset, and the number of a lane. */
  | 'address lane'
  | 'data memory'
  | 'memory memory'
  | 'element table'
  | 'table table'
  | 'reference type'
  | 'one type'

/** How an instruction is written and what it does to the operands. */
export type Instruction = {
  readonly immediate: Immediate
  readonly pops: number
  readonly pushes: number
  readonly float?: FloatKind
}

type Table = Map<number, Instruction>
type Shape = readonly [pops: number, pushes: number, immediate?: Immediate]

const add = (table: Table, codes: readonly number[], [pops, pushes, immediate = 'none']: Shape): void => {
  for (const code of codes) table.set(code, { immediate, pops, pushes })
}
const range = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)
const mark = (table: Table, float: FloatKind, codes: readonly number[]): void => {
  for (const code of codes) {
    const instruction = table.get(code)
    if (instruction !== undefined) table.set(code, { ...instruction, float })
  }
}

function plainInstructions(): Table {
  const table: Table = new Map()
  add(table, [0x01], [0, 0])
  add(table, [0x1a], [1, 0])
  add(table, [0x1b], [3, 1])
  add(table, [0x1c], [3, 1, 'one type'])
  add(table, [0x20], [0, 1, 'local'])
  add(table, [0x21], [1, 0, 'local'])
  add(table, [0x22], [1, 1, 'local'])
  add(table, [0x23], [0, 1, 'global'])
  add(table, [0x24], [1, 0, 'global'])
  add(table, [0x25], [1, 1, 'table'])
  add(table, [0x26], [2, 0, 'table'])
  add(table, range(0x28, 0x35), [1, 1, 'address'])
  add(table, range(0x36, 0x3e), [2, 0, 'address'])
  add(table, [0x3f], [0, 1, 'memory'])
  add(table, [0x40], [1, 1, 'memory'])
  add(table, [0x41], [0, 1, 'i32'])
  add(table, [0x42], [0, 1, 'i64'])
  add(table, [0x43], [0, 1, 4])
  add(table, [0x44], [0, 1, 8])
  addNumeric(table)
  add(table, [0xd0], [0, 1, 'reference type'])
  add(table, [0xd1], [1, 1])
  add(table, [0xd2], [0, 1, 'function'])
  return table
}

function addNumeric(table: Table): void {
  add(table, range(0x45, 0xc4), [2, 1])
  // What takes one operand: eqz, clz, ctz, popcnt, abs … sqrt, conversions, sign extensions.
  add(table, [0x45, 0x50, ...range(0x67, 0x69), ...range(0x79, 0x7b)], [1, 1])
  add(table, [...range(0x8b, 0x91), ...range(0x99, 0x9f), ...range(0xa7, 0xc4)], [1, 1])
  // Not among them: abs, neg and copysign, which change a sign bit and nothing else, on every processor.
  mark(table, 'f32', [...range(0x8d, 0x97), 0xb6])
  mark(table, 'f64', [...range(0x9b, 0xa5), 0xbb])
}

function bulkInstructions(): Table {
  const table: Table = new Map()
  add(table, range(0, 7), [1, 1])
  add(table, [8], [3, 0, 'data memory'])
  add(table, [9], [0, 0, 'data'])
  add(table, [10], [3, 0, 'memory memory'])
  add(table, [11], [3, 0, 'memory'])
  add(table, [12], [3, 0, 'element table'])
  add(table, [13], [0, 0, 'element'])
  add(table, [14], [3, 0, 'table table'])
  add(table, [15], [2, 1, 'table'])
  add(table, [16], [0, 1, 'table'])
  add(table, [17], [3, 0, 'table'])
  return table
}

function vectorInstructions(): Table {
  const table: Table = new Map()
  add(table, range(35, 255), [2, 1])
  add(table, [...range(0, 10), 92, 93], [1, 1, 'address'])
  add(table, [11], [2, 0, 'address'])
  add(table, [12], [0, 1, 16])
  add(table, [13], [2, 1, 16])
  add(table, [14], [2, 1])
  add(table, range(15, 20), [1, 1])
  add(table, [21, 22, 24, 25, 27, 29, 31, 33], [1, 1, 1])
  add(table, [23, 26, 28, 30, 32, 34], [2, 1, 1])
  add(table, range(84, 87), [2, 1, 'address lane'])
  add(table, range(88, 91), [2, 0, 'address lane'])
  add(table, [82], [3, 1])
  add(table, [77, 83, ...range(94, 100), ...range(103, 106), 116, 117, 122, ...range(124, 129)], [1, 1])
  add(table, [131, 132, ...range(135, 138), 148, 160, 161, 163, 164, ...range(167, 170)], [1, 1])
  add(table, [192, 193, 195, 196, ...range(199, 202), 224, 225, 227, 236, 237, 239, ...range(248, 255)], [1, 1])
  for (const code of [
    154, 162, 165, 166, 175, 176, 178, 179, 180, 187, 194, 197, 198, 207, 208, 210, 211, 212, 226, 238,
  ]) {
    table.delete(code)
  }
  // Not among them: pmin and pmax, which choose one of their operands as it is.
  mark(table, 'f32x4', [94, ...range(103, 106), ...range(227, 233)])
  mark(table, 'f64x2', [95, 116, 117, 122, 148, ...range(239, 245)])
  return table
}

/** Instructions of one byte. */
export const PLAIN: ReadonlyMap<number, Instruction> = plainInstructions()
/** Instructions after the byte 0xfc: saturating conversions, bulk memory, tables. */
export const BULK: ReadonlyMap<number, Instruction> = bulkInstructions()
/** Instructions after the byte 0xfd: vectors of 128 bits, without the relaxed ones (256 and above). */
export const VECTOR: ReadonlyMap<number, Instruction> = vectorInstructions()

const PROPOSALS: readonly (readonly [first: number, last: number, name: string])[] = [
  [0x06, 0x0a, 'exceptions'],
  [0x12, 0x13, 'tail calls'],
  [0x14, 0x15, 'typed function references'],
  [0x18, 0x19, 'exceptions'],
  [0x1f, 0x1f, 'exceptions'],
  [0xd3, 0xd6, 'typed function references'],
  [0xfb, 0xfb, 'garbage collection'],
  [0xfe, 0xfe, 'threads'],
]

/**
 * What an instruction belongs to that is not allowed, in words for the module's author.
 *
 * @example
 * nameOfRefused(0xfe) // 'threads'
 */
export function nameOfRefused(code: number): string | undefined {
  return PROPOSALS.find(([first, last]) => code >= first && code <= last)?.[2]
}

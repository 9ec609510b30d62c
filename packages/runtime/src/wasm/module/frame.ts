// What a call takes of the stack, and the instructions that take it and give it back: a module that calls too deep stops at the same
// call on every machine.
import type { ByteWriter } from './bytes.ts'
import type { Added } from './shape.ts'

/**
 * What all functions that are called at one time may take together, in bytes as `frameBytes` counts them.
 *
 * @example
 * STACK_BYTES / frameBytes({ slots: 8, values: 40, hasVectors: false }) // 65536 calls deep
 */
export const STACK_BYTES = 33_554_432

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

/** Appends what takes a frame, or stops the module when too little is left. */
export function takeFrame(body: ByteWriter, bytes: number, { depth }: Added): void {
  // depth -= bytes; if (depth < 0) unreachable
  moveDepth(body, depth, { bytes, operator: 0x6b })
  body.byte(0x23)
  body.u32(depth)
  body.byte(0x41, 0, 0x48, 0x04, 0x40, 0x00, 0x0b)
}

/** Appends what gives a frame back. */
export function giveFrameBack(body: ByteWriter, bytes: number, { depth }: Added): void {
  moveDepth(body, depth, { bytes, operator: 0x6a })
}

function moveDepth(
  body: ByteWriter,
  depth: number,
  { bytes, operator }: { bytes: number; operator: 0x6a | 0x6b },
): void {
  body.byte(0x23)
  body.u32(depth)
  body.byte(0x41)
  body.positive(bytes)
  body.byte(operator, 0x24)
  body.u32(depth)
}

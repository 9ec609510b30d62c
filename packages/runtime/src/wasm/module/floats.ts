// The few instructions behind an operation on floats that leave every number as it is and make every NaN the canonical one.
import type { ByteWriter } from './bytes.ts'
import type { FloatKind } from './instructions.ts'
import { VALUE } from './shape.ts'

/** The type of the local variable in which a result waits. */
export function scratchType(kind: FloatKind): number {
  return kind === 'f32' ? VALUE.f32 : kind === 'f64' ? VALUE.f64 : VALUE.v128
}

const NAN_32 = [0x00, 0x00, 0xc0, 0x7f]
const NAN_64 = [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f]

/**
 * Appends what makes a NaN on top of the operands canonical: positive, with only the first bit of its fraction set.
 *
 * In words: `x == x ? x : NaN`, for vectors in each lane.
 *
 * @param local a local variable of the right type
 */
export function canonicalNan(code: ByteWriter, kind: FloatKind, local: number): void {
  const get = (): void => {
    code.byte(0x20)
    code.u32(local)
  }
  code.byte(0x22)
  code.u32(local)
  nan(code, kind)
  get()
  get()
  equals(code, kind)
}

function nan(code: ByteWriter, kind: FloatKind): void {
  if (kind === 'f32') code.byte(0x43, ...NAN_32)
  else if (kind === 'f64') code.byte(0x44, ...NAN_64)
  else if (kind === 'f32x4') code.byte(0xfd, 12, ...NAN_32, ...NAN_32, ...NAN_32, ...NAN_32)
  else code.byte(0xfd, 12, ...NAN_64, ...NAN_64)
}

/** Compares, and selects by what comes out. */
function equals(code: ByteWriter, kind: FloatKind): void {
  if (kind === 'f32') code.byte(0x5b, 0x1b)
  else if (kind === 'f64') code.byte(0x61, 0x1b)
  else code.byte(0xfd, kind === 'f32x4' ? 65 : 71, 0xfd, 82)
}

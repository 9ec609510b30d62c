// Unsigned varints, as multiformats write numbers before bytes: seven bits a byte, the lowest first. Only the shortest form counts.

/** A number, and where the bytes after it begin. */
export type ReadVarint = { readonly value: number; readonly next: number }

/** A whole number below 2^28 as a varint. */
export function encodeVarint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return Uint8Array.from([...bytes, rest])
}

/** The varint at an offset; `undefined` when it is cut off, longer than four bytes, or not in its shortest form. */
export function readVarint(bytes: Uint8Array, offset: number): ReadVarint | undefined {
  let value = 0
  for (let length = 0; length < 4; length++) {
    const byte = bytes[offset + length]
    if (byte === undefined || (byte === 0 && length > 0)) return undefined
    value |= (byte & 0x7f) << (7 * length)
    if (byte < 0x80) return { value, next: offset + length + 1 }
  }
  return undefined
}

// Reads and writes the bytes of a binary module. Whatever lies outside of the bytes or is coded badly is a refusal, never a crash.

/** A module that is not run, and why: one sentence for its author. */
export class ModuleRefused extends Error {
  override readonly name = 'ModuleRefused'
}

const NAMES = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads numbers and names from a part of a module.
 *
 * Every method moves on, and throws a `ModuleRefused` at the end of its part.
 *
 * @example
 * new ByteReader(Uint8Array.of(0x80, 0x01)).u32() // 128
 */
export class ByteReader {
  readonly bytes: Uint8Array
  readonly end: number
  at: number

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  /** Whether nothing is left. */
  get isDone(): boolean {
    return this.at >= this.end
  }

  /** One byte. */
  byte(): number {
    const byte = this.at < this.end ? this.bytes[this.at] : undefined
    if (byte === undefined) throw this.refusal('the module ends too early')
    this.at += 1
    return byte
  }

  /** An unsigned number of at most 32 bits. */
  u32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      if (shift === 28 && byte > 0x0f) break
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw this.refusal('a number has more than 32 bits')
  }

  /** A signed number of at most 33 bits: a block's type. */
  s33(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte >= 0x80) continue
      return (byte & 0x40) === 0 ? value : value - 2 ** (shift + 7)
    }
    throw this.refusal('a number has more than 33 bits')
  }

  /** Steps over a number whose value does not matter here. */
  skipNumber(bits: 32 | 64): void {
    for (let left = bits === 32 ? 5 : 10; left > 0; left -= 1) {
      if (this.byte() < 0x80) return
    }
    throw this.refusal(`a number has more than ${bits} bits`)
  }

  /** Steps over bytes. */
  skip(count: number): void {
    if (count > this.end - this.at) throw this.refusal('the module ends too early')
    this.at += count
  }

  /** How many entries follow. Each needs a byte at least, so that a false number cannot keep anybody busy. */
  count(): number {
    const count = this.u32()
    if (count > this.end - this.at)
      throw this.refusal(`${count} entries are promised, ${this.end - this.at} bytes are left`)
    return count
  }

  /** A part of its own, with its length before it. */
  part(): ByteReader {
    const length = this.u32()
    const at = this.at
    this.skip(length)
    return new ByteReader(this.bytes, at, at + length)
  }

  /** A name in UTF-8. */
  text(): string {
    const part = this.part()
    try {
      return NAMES.decode(part.bytes.subarray(part.at, part.end))
    } catch {
      throw this.refusal('a name is not UTF-8')
    }
  }

  /** What is left, without moving on. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.at, this.end)
  }

  /** A refusal that names the place. */
  refusal(message: string): ModuleRefused {
    return new ModuleRefused(`${message} (at byte ${this.at})`)
  }
}

/**
 * Collects bytes.
 *
 * @example
 * const writer = new ByteWriter()
 * writer.u32(128)
 * writer.done() // Uint8Array [0x80, 0x01]
 */
export class ByteWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  /** One byte after the other. */
  byte(...bytes: readonly number[]): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** An unsigned number. */
  u32(value: number): void {
    let left = value
    while (left > 0x7f) {
      this.byte((left % 0x80) | 0x80)
      left = Math.floor(left / 0x80)
    }
    this.byte(left)
  }

  /** A signed number that is not negative. */
  positive(value: number): void {
    let left = value
    while (left > 0x3f) {
      this.byte((left % 0x80) | 0x80)
      left = Math.floor(left / 0x80)
    }
    this.byte(left)
  }

  /** Bytes with their length before them. */
  part(bytes: Uint8Array): void {
    this.u32(bytes.length)
    this.raw(bytes)
  }

  /** A name in UTF-8. */
  text(value: string): void {
    this.part(new TextEncoder().encode(value))
  }

  /** All of it. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

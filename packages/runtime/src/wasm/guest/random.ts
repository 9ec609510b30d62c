// The randomness of a module: one stream of bytes that the task's id decides.
import { chacha20 } from '@noble/ciphers/chacha.js'

const BLOCK = 64
const BLOCKS_AT_ONCE = 64
const NONCE = new Uint8Array(12)

/**
 * The ChaCha20 stream of RFC 8439 with the task's id as key, a nonce of zeros, and the block counter from 0 on. Each request
 * takes up where the last one ended.
 *
 * @example
 * new RandomStream(new Uint8Array(32)).write(bytes) // 76 b8 e0 ad
 */
export class RandomStream {
  readonly #key: Uint8Array
  #counter = 0
  #bytes = new Uint8Array()

  /** @param key the task's id, 32 bytes */
  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** Writes the next bytes of the stream. */
  write(target: Uint8Array): void {
    let filled = 0
    while (filled < target.length) {
      if (this.#bytes.length === 0) this.#bytes = this.#next()
      const piece = this.#bytes.subarray(0, target.length - filled)
      target.set(piece, filled)
      this.#bytes = this.#bytes.subarray(piece.length)
      filled += piece.length
    }
  }

  #next(): Uint8Array<ArrayBuffer> {
    const counter = this.#counter
    this.#counter += BLOCKS_AT_ONCE
    const zeros = new Uint8Array(BLOCK * BLOCKS_AT_ONCE)
    return new Uint8Array(chacha20(this.#key, NONCE, zeros, undefined, counter))
  }
}

// What a module writes to its streams, passed on at once and cut at the limit. It never learns that something was cut.
import { send } from './pipes.ts'

/**
 * One of the two streams of a module.
 *
 * @example
 * const stdout = new LimitedStream(FRAME.stdout, 1_000_000)
 */
export class LimitedStream {
  readonly #kind: number
  #left: number
  isCut = false

  constructor(kind: number, limitBytes: number) {
    this.#kind = kind
    this.#left = limitBytes
  }

  readonly write = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return
    if (bytes.length > this.#left) this.isCut = true
    const piece = bytes.subarray(0, this.#left)
    this.#left -= piece.length
    if (piece.length > 0) send(this.#kind, piece)
  }
}

// In what two results differ.
import { createReadStream } from 'node:fs'
import type { ArchiveEntry } from '../contract/archive.ts'

/** A file in which two results differ. */
export type Difference = {
  readonly output: string
  /** Counted from 0, where both have the file. */
  readonly fromByte?: number
  /** A few bytes from there on, as text on one line. Empty where a file ends. */
  readonly excerpts?: readonly [string, string]
  /** Which of the two lacks the file. */
  readonly missingIn?: 'first' | 'second'
}

const CHUNK = 1 << 16
const EXCERPT = 40

/**
 * The files in which two results differ, by name; stdout and stderr included.
 *
 * @example
 * await compareOutputs(one, other) // [{ output: 'result.txt', fromByte: 12, excerpts: ['2026', '2027'] }]
 */
export async function compareOutputs(
  one: readonly ArchiveEntry[],
  other: readonly ArchiveEntry[],
): Promise<readonly Difference[]> {
  const names = [...new Set([...one, ...other].map(({ name }) => name))].toSorted()
  const found: Difference[] = []
  for (const name of names) {
    const [first, second] = [one, other].map((entries) => entries.find((entry) => entry.name === name))
    if (first === undefined || second === undefined) {
      found.push({ output: name, missingIn: first === undefined ? 'first' : 'second' })
    } else {
      const place = await firstDifference(first, second)
      if (place !== undefined) found.push({ output: name, ...place })
    }
  }
  return found
}

type Place = { readonly fromByte: number; readonly excerpts: readonly [string, string] }

async function firstDifference(one: ArchiveEntry, other: ArchiveEntry): Promise<Place | undefined> {
  const [left, right] = [new Reader(one.content), new Reader(other.content)]
  try {
    for (let at = 0; ; at += CHUNK) {
      const [first, second] = [await left.next(CHUNK), await right.next(CHUNK)]
      const place = first.findIndex((byte, index) => byte !== second[index])
      const length = Math.min(first.length, second.length)
      if (place === -1 && first.length === second.length) {
        if (length < CHUNK) return undefined
        continue
      }
      const from = place === -1 ? length : Math.min(place, length)
      return { fromByte: at + from, excerpts: [excerptOf(first, from), excerptOf(second, from)] }
    }
  } finally {
    await Promise.all([left.close(), right.close()])
  }
}

function excerptOf(bytes: Buffer, from: number): string {
  return bytes
    .subarray(from, from + EXCERPT)
    .toString('utf8')
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
}

/** Reads so many bytes at a time, whatever pieces come. */
class Reader {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(content: string | Uint8Array) {
    const stream: AsyncIterable<Buffer> = typeof content === 'string' ? createReadStream(content) : once(content)
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  async next(length: number): Promise<Buffer> {
    while (this.#rest.length < length) {
      const { done, value } = await this.#chunks.next()
      if (done === true) break
      this.#rest = Buffer.concat([this.#rest, value])
    }
    const found = this.#rest.subarray(0, length)
    this.#rest = this.#rest.subarray(found.length)
    return found
  }

  async close(): Promise<void> {
    await this.#chunks.return?.()
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Buffer> {
  yield Buffer.from(bytes)
}

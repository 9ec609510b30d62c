// Reads a file of a stranger as far as it may go: what a server says of its length need not be true, or is missing.

/**
 * Reads a stream to its end.
 *
 * @returns `undefined` when it has more bytes than were allowed; the rest is not read
 * @example
 * await readAtMost(response.body, 8_000_000)
 */
export async function readAtMost(body: ReadableStream<Uint8Array>, most: number): Promise<Blob | undefined> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return new Blob(parts)
    length += value.length
    if (length > most) {
      await reader.cancel()
      return undefined
    }
    parts.push(new Uint8Array(value))
  }
}

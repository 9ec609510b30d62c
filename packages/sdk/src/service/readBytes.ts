// Reads the body of an answer up to a limit, so that no server can fill the memory.

/**
 * The bytes of an answer; `undefined` when there are more than the limit, and then the rest is not read.
 *
 * @example
 * await readBytes(response, 1_000_000)
 */
export async function readBytes({ body }: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (body === null) return new Uint8Array()
  const parts: Uint8Array[] = []
  let length = 0
  const reader = body.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length
    if (length > maxBytes) {
      await reader.cancel()
      return undefined
    }
    parts.push(part.value)
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

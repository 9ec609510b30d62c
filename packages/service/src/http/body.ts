// Reads the body of a request: JSON, and not more of it than was agreed.

/** What came of it: an object, or why not. */
export type ReadBody =
  | { readonly ok: true; readonly body: object }
  | { readonly ok: false; readonly status: 400 | 413; readonly error: string }

/**
 * Reads the JSON object that a request brings; one without a body brings an empty object.
 *
 * @param limit in bytes; a larger body is not read to its end
 */
export async function readBody(request: Request, limit: number): Promise<ReadBody> {
  const text = await readText(request, limit)
  if (text === undefined) return { ok: false, status: 413, error: `body is larger than ${limit} bytes` }
  if (text.trim() === '') return { ok: true, body: {} }
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ok: true, body }
    return { ok: false, status: 400, error: 'body must be a JSON object' }
  } catch {
    return { ok: false, status: 400, error: 'body is not valid JSON' }
  }
}

/** `undefined` when it is larger than allowed. */
async function readText(request: Request, limit: number): Promise<string | undefined> {
  const length = request.headers.get('content-length')
  // The server cuts the body off at the length that was announced.
  if (length !== null) return Number(length) > limit ? undefined : request.text()
  if (request.body === null) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  const chunks: AsyncIterable<Uint8Array> = request.body
  for await (const chunk of chunks) {
    size += chunk.byteLength
    if (size > limit) return undefined
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

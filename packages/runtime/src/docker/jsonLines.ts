// The engine answers what takes long as lines of JSON.

/**
 * Yields each line as soon as it is whole.
 *
 * @throws SyntaxError for a line that is no JSON; the stream's own error when it breaks
 *
 * @example
 * for await (const { status } of readJsonLines<{ readonly status?: string }>(stream)) console.log(status)
 */
export async function* readJsonLines<T>(stream: AsyncIterable<Buffer | string>): AsyncGenerator<T> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as T
  }
}

// Reads files of registries: what does not come, is refused or is too large is told of the registry.
import { Fault } from '../read/fault.ts'
import { readAtMost } from '../show/result/readAtMost.ts'

/** What is read, and how much of it at most. */
export type TextWish = { readonly mostBytes: number; readonly signal: AbortSignal }

/**
 * A text of a registry.
 *
 * @throws Fault that names the host
 * @example
 * await fetchText('https://registry.example/index.json', { mostBytes: 20_000_000, signal })
 */
export async function fetchText(url: string, { mostBytes, signal }: TextWish): Promise<string> {
  const details = { service: 'registry', host: new URL(url).host }
  const response = await fetch(url, { signal, credentials: 'omit' }).catch((cause: unknown) => {
    if (signal.aborted) throw cause
    throw new Fault('ServiceUnreachable', `${url} does not answer.`, { details, cause })
  })
  if (!response.ok) {
    throw new Fault('ServiceRefused', `${url} answers HTTP ${response.status}.`, {
      details: { ...details, status: response.status },
    })
  }
  if (response.body === null) return ''
  const text = await readAtMost(response.body, mostBytes)
  if (text === undefined) throw new Fault('BadAnswer', `${url} is larger than ${mostBytes} bytes.`, { details })
  return text.text()
}

// Reads files of registries: what does not come, is refused or is too large is told of the registry.
import { Fault } from '../read/fault.ts'
import { fetchPatiently, type Patience } from '../read/patience.ts'
import { readAtMost } from '../show/result/readAtMost.ts'

/** What is read, and how much of it at most. */
export type FileWish = { readonly mostBytes: number; readonly signal: AbortSignal } & Patience

/**
 * A file of a registry.
 *
 * @throws Fault that names the host
 * @example
 * await fetchFile('https://registry.example/files/4bf5…e1.png', { mostBytes: 2_100_000, signal })
 */
export async function fetchFile(url: string, { mostBytes, signal, patienceMs }: FileWish): Promise<Blob> {
  const details = { service: 'registry', host: new URL(url).host }
  const tellSilence = (cause: unknown): never => {
    if (signal.aborted) throw cause
    throw new Fault('ServiceUnreachable', `${url} does not answer.`, { details, cause })
  }
  const response = await fetchPatiently(url, { signal, patienceMs, credentials: 'omit' }).catch(tellSilence)
  if (!response.ok) {
    throw new Fault('ServiceRefused', `${url} answers HTTP ${response.status}.`, {
      details: { ...details, status: response.status },
    })
  }
  if (response.body === null) return new Blob()
  const file = await readAtMost(response.body, mostBytes).catch(tellSilence)
  if (file === undefined) throw new Fault('BadAnswer', `${url} is larger than ${mostBytes} bytes.`, { details })
  return file
}

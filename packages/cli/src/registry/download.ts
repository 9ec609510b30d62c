// Answers of strangers: read up to a limit, within a time, and with a sentence when they do not come.
import { CliError } from '../cliError.ts'

/** What may be waited for. */
export type DownloadOptions = {
  /** Ends it: Ctrl-C. */
  readonly signal: AbortSignal
  /** For one answer, in milliseconds; 30,000 when left out. */
  readonly timeoutMs?: number
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Asks for something over HTTP, and returns the answer, whatever its status.
 *
 * @param what who is asked, for the sentence: `The registry docker.io`
 * @throws CliError `Unreachable`, `Interrupted`
 */
export async function request(url: URL, what: string, options: DownloadOptions): Promise<Response> {
  return inWords(what, options, async (signal) => fetch(url, { signal, headers: { ...options.headers } }))
}

/**
 * The body of an answer, part by part.
 *
 * @param maxBytes where it ends: more is refused, and not read
 * @throws CliError `Unusable` when it is more
 */
export async function* readParts(
  response: Response,
  what: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, void> {
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.length
    if (length > maxBytes) {
      throw new CliError(
        'Unusable',
        `${what} is more than ${maxBytes / MEBIBYTE} MiB, which is more than is read here.`,
        {
          hints: ['If it is right, write its sha256 as the checksum: then nothing is downloaded.'],
        },
      )
    }
    yield part
  }
}

/** In bytes. */
export const MEBIBYTE: number = 1024 * 1024

/** The whole body of an answer, as `readParts` reads it. */
export async function readWhole(response: Response, what: string, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of readParts(response, what, maxBytes)) parts.push(part)
  return Buffer.concat(parts)
}

/**
 * Does something with an answer, and says in words when it breaks off.
 *
 * @throws CliError `Unreachable`, `Interrupted`
 */
export async function inWords<Value>(
  what: string,
  { signal, timeoutMs = 30_000 }: DownloadOptions,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    return await work(AbortSignal.any([signal, timeout]))
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    if (signal.aborted) throw new CliError('Interrupted', 'Operation aborted by user.', { cause })
    const why = timeout.aborted ? `it did not answer within ${timeoutMs / 1000} s` : reasonOf(cause)
    throw new CliError('Unreachable', `${what} cannot be reached: ${why}.`, {
      hints: ['Look whether the name is right and whether you are online; then try again.'],
      cause,
    })
  }
}

/**
 * Why a question failed, in a few words: node says "fetch failed", and hides why in the cause. What it repeats of a URL is left out,
 * because a key may stand in it.
 */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  return (cause.message || code || 'the connection broke').replaceAll(/https?:\/\/\S+/giu, 'its URL')
}

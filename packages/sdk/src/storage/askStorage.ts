// Asks a storage service: files go to and fro as bytes, which is why it is not asked as services that speak JSON are.
import { SERVICE_WORDS, serviceUrl, type ServiceName } from '../chain/chainSettings.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { readBytes } from '../service/readBytes.ts'
import { asWords, reasonOf } from '../service/parse.ts'

/** One question to a storage. */
export type StorageCall = {
  readonly method?: 'GET' | 'HEAD' | 'POST'
  /** With a slash at its start. */
  readonly path: string
  readonly body?: FormData
  /** Bytes of the body; 0 when left out. */
  readonly size?: number
  readonly accept?: string
  readonly signal?: AbortSignal | undefined
}

/** So slow may a line be before what goes over it is given up: 16 kB/s. A browser does not tell how far it is. */
const SLOWEST_BYTES_PER_MS = 16

/** The words of a refusal are short. */
const MAX_WORDS_BYTES = 10_000

/**
 * Asks a storage, and returns its answer when it is a good one; its body is not read yet, and may take as long as it needs.
 *
 * @throws IexecError `NotConfigured`; `ServiceUnreachable` when nothing comes within the time of a service and of what is sent, or it
 * fails;
 * `ServiceRefused` with `details.status`; `Aborted`
 */
export async function askStorage(
  context: Context,
  service: 'storage' | 'ipfsApi',
  call: StorageCall,
): Promise<Response> {
  const { method = 'GET', path, body, size = 0, accept = '*/*', signal } = call
  const url = new URL(`${serviceUrl(context.chain, service)}${path}`)
  // More than so much is nothing to a timer.
  const ms = Math.min(context.serviceTimeoutMs + Math.ceil(size / SLOWEST_BYTES_PER_MS), 2 ** 31 - 1)
  const { impatience, clear } = startImpatience(ms)
  try {
    const response = await context.fetch(url, {
      method,
      headers: { accept },
      signal: signal === undefined ? impatience : AbortSignal.any([signal, impatience]),
      // A file goes to the storage that was named, and to no other.
      ...(body === undefined ? {} : { body, redirect: 'error' }),
    })
    if (response.ok) return response
    throw await refusalOf({ service, url }, response)
  } catch (cause) {
    if (cause instanceof IexecError) throw cause
    if (signal?.aborted === true) throw aborted(signal)
    const why = impatience.aborted ? `it did not answer within ${ms} ms` : reasonOf(cause)
    throw unreachable({ service, url }, why, cause)
  } finally {
    clear()
  }
}

/** The error of what was ended by its signal. */
export function aborted(signal: AbortSignal): IexecError {
  return new IexecError('Aborted', 'It was ended before it was done.', { cause: signal.reason })
}

/** Ends a question that nobody answers; once there is an answer, its body has all the time it needs. */
function startImpatience(ms: number): { readonly impatience: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    controller.abort()
  }, ms)
  return {
    impatience: controller.signal,
    clear: () => {
      clearTimeout(timer)
    },
  }
}

type Asked = { readonly service: ServiceName; readonly url: URL }

async function refusalOf({ service, url }: Asked, response: Response): Promise<IexecError> {
  const bytes = (await readBytes(response, MAX_WORDS_BYTES)) ?? new Uint8Array()
  const words = asWords(new TextDecoder().decode(bytes)) || 'nothing'
  const { status } = response
  if (status >= 500) return unreachable({ service, url }, `it failed with ${status}: ${words}`)
  return new IexecError('ServiceRefused', `The ${SERVICE_WORDS[service]} answered ${status}: ${words}`, {
    details: { service, host: url.host, path: url.pathname, status },
  })
}

function unreachable({ service, url }: Asked, why: string, cause?: unknown): IexecError {
  return new IexecError('ServiceUnreachable', `The ${SERVICE_WORDS[service]} at ${url.host} cannot be used: ${why}.`, {
    hints: ['Look whether it runs and whether its URL is right; then try again.'],
    details: { service, host: url.host, path: url.pathname },
    cause,
  })
}

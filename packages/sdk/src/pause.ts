// Waits between two looks at something; ends at once when the signal does.
import { IexecError } from './error/iexecError.ts'

/**
 * Waits.
 *
 * @throws IexecError `Aborted` as soon as the signal is
 */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = (): void => {
    reject(new IexecError('Aborted', 'It was ended before it was done.', { cause: signal?.reason }))
  }
  if (signal?.aborted === true) abort()
  const timer = setTimeout(resolve, ms)
  signal?.addEventListener('abort', abort, { once: true })
  try {
    await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}

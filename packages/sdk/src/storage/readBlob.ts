// Reads an answer into a blob: up to a limit, and with an end for whoever does not want to wait.
import { IexecError } from '../error/iexecError.ts'
import { aborted } from './askStorage.ts'

/** What is read, and how much of it at most. */
export type Reading = {
  readonly maxBytes: number
  /** What it is, for the error. */
  readonly what: string
  readonly signal?: AbortSignal | undefined
}

/**
 * The body of an answer.
 *
 * @throws IexecError `BadAnswer` when there is more; `ServiceUnreachable` when it breaks off; `Aborted`
 */
export async function readBlob(response: Response, { maxBytes, what, signal }: Reading): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  try {
    for await (const part of chunksOf(response)) {
      length += part.length
      if (length > maxBytes) throw tooLarge(what, maxBytes)
      if (signal?.aborted === true) throw aborted(signal)
      parts.push(part)
    }
  } catch (cause) {
    if (cause instanceof IexecError) throw cause
    if (signal?.aborted === true) throw aborted(signal)
    throw new IexecError('ServiceUnreachable', `The storage broke off in the middle of ${what}.`, {
      hints: ['Try again.'],
      details: { what, received: length },
      cause,
    })
  }
  return new Blob(parts)
}

/** The parts of a body as they come; whoever stops taking them ends the transfer. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  if (body === null) return
  const reader = body.getReader()
  let isDone = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      isDone = done
      if (done) return
      yield value
    }
  } finally {
    if (!isDone) await reader.cancel().catch(() => {})
  }
}

function tooLarge(what: string, maxBytes: number): IexecError {
  return new IexecError('BadAnswer', `${what} has more than ${maxBytes} bytes, and was not read to its end.`, {
    details: { what, maxBytes },
  })
}

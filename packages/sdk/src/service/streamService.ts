// Listens to a service that tells as it goes: server-sent events, each of a size that a page can hold, and never a silent line
// for ever.
import { serviceUrl, type ServiceName } from '../chain/chainSettings.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import {
  badAnswer,
  readText,
  refusalOf,
  requestOf,
  unreachable,
  urlOf,
  type Asked,
  type ServiceCall,
} from './callService.ts'
import { reasonOf } from './parse.ts'

/** An event, as it was sent. */
export type ServerEvent = { readonly event: string; readonly data: string }

/** A piece of a stream that is longer is no event of ours. */
const LONGEST_EVENT = 4 * 1024 * 1024
/** Services say every 15 seconds that they are still there. */
const LONGEST_SILENCE_MS = 60_000

/**
 * Opens a stream of events. Leaving the loop ends it.
 *
 * @throws IexecError as `callService` does, for the opening and, in the loop, when it breaks off
 * @example
 * for await (const { event, data } of await streamService(context, 'scheduler', { path: '/tasks/0x…/stream' })) …
 */
export async function streamService(
  context: Context,
  service: ServiceName,
  call: ServiceCall,
): Promise<AsyncGenerator<ServerEvent, void>> {
  const asked = { service, url: urlOf(serviceUrl(context.chain, service), call) }
  const line = openLine(asked, call.signal)
  try {
    line.waitFor(context.serviceTimeoutMs)
    const request = requestOf({ ...call, headers: { ...call.headers, accept: 'text/event-stream' } }, line.signal)
    const response = await context.fetch(asked.url, request)
    if (!response.ok) throw refusalOf(asked, response, await readText(response, asked))
    if (!/^text\/event-stream\b/iu.test(response.headers.get('content-type') ?? '')) {
      await response.body?.cancel()
      throw badAnswer(asked, 'answered something else than a stream of events')
    }
    return readEvents(response, line)
  } catch (cause) {
    throw line.errorOf(cause)
  }
}

/** A connection, with the patience for its next word. */
type Line = {
  readonly asked: Asked
  readonly signal: AbortSignal
  readonly waitFor: (ms: number) => void
  readonly close: () => void
  readonly errorOf: (cause: unknown) => IexecError
}

function openLine(asked: Asked, signal: AbortSignal | undefined): Line {
  const end = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isSilent = false
  return {
    asked,
    signal: signal === undefined ? end.signal : AbortSignal.any([signal, end.signal]),
    waitFor: (ms) => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        isSilent = true
        end.abort()
      }, ms)
    },
    close: () => {
      clearTimeout(timer)
      end.abort()
    },
    errorOf: (cause) => {
      clearTimeout(timer)
      if (cause instanceof IexecError) return cause
      if (signal?.aborted === true) return new IexecError('Aborted', 'It was ended before it was done.', { cause })
      return unreachable(asked, isSilent ? 'it said nothing for too long' : reasonOf(cause), cause)
    },
  }
}

async function* readEvents({ body }: Response, line: Line): AsyncGenerator<ServerEvent, void> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      line.waitFor(LONGEST_SILENCE_MS)
      const part = await reader?.read()
      if (part === undefined || part.done) return
      const blocks = (rest + part.value).split(/\r?\n\r?\n/u)
      rest = blocks.pop() ?? ''
      if (rest.length > LONGEST_EVENT)
        throw badAnswer(line.asked, `sent an event of more than ${LONGEST_EVENT} characters`)
      for (const block of blocks) {
        const event = readEvent(block)
        if (event !== undefined) yield event
      }
    }
  } catch (cause) {
    throw line.errorOf(cause)
  } finally {
    line.close()
  }
}

/** @returns undefined for a comment, by which a service says that it is still there */
function readEvent(block: string): ServerEvent | undefined {
  const fields = block.split(/\r?\n/u).map((text) => /^(?<name>event|data): ?(?<value>.*)$/u.exec(text)?.groups ?? {})
  const data = fields.filter(({ name }) => name === 'data').map(({ value = '' }) => value)
  const event = fields.find(({ name }) => name === 'event')?.['value'] ?? 'message'
  return data.length === 0 ? undefined : { event, data: data.join('\n') }
}

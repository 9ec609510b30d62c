// What apps write, on its way to the requester: in pieces of some size, so that a talkative app does not cost a message per word.
import type { LogChunk } from '@iexec/runtime'
import type { Hex } from 'viem'

/** A piece of a stream, and how many characters came before it. */
export type LogPiece = {
  readonly taskId: Hex
  readonly stream: LogChunk['stream']
  readonly offset: number
  readonly text: string
}

/** Takes what one app writes. */
export type LogStream = {
  readonly write: (chunk: LogChunk) => void
  /** Sends what is left. */
  readonly end: () => void
}

const PAUSE_MS = 200
const MOST_CHARACTERS = 32_768
/** Of each stream: what comes after it is only in the result. */
const MOST_OF_STREAM = 1_000_000

/**
 * Opens the way for the logs of one task.
 *
 * @example
 * const stream = openLogStream(taskId, pool.sendLog)
 * stream.write({ stream: 'stdout', text: 'hello' })
 */
export function openLogStream(taskId: Hex, send: (piece: LogPiece) => void): LogStream {
  const waiting: Record<LogChunk['stream'], string> = { stdout: '', stderr: '' }
  const sent: Record<LogChunk['stream'], number> = { stdout: 0, stderr: 0 }
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = waiting[stream]
      waiting[stream] = ''
      for (let start = 0; start < text.length; start += MOST_CHARACTERS) {
        const piece = text.slice(start, start + MOST_CHARACTERS)
        send({ taskId, stream, offset: sent[stream], text: piece })
        sent[stream] += piece.length
      }
    }
  }
  return {
    write: ({ stream, text }) => {
      waiting[stream] += text.slice(0, Math.max(0, MOST_OF_STREAM - sent[stream] - waiting[stream].length))
      if (waiting[stream].length >= MOST_CHARACTERS) flush()
      else timer ??= setTimeout(flush, PAUSE_MS)
    },
    end: flush,
  }
}

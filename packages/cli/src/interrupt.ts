// Ctrl-C: whoever waits hears of it and says how to come back; whoever does not listen is ended soon.
import { getEventListeners } from 'node:events'
import process from 'node:process'
import { INTERRUPTED } from './render.ts'

/** How long a command may take to end once it was interrupted, in milliseconds. */
const GRACE_MS = { listening: 5000, deaf: 300 }

/**
 * A signal that Ctrl-C aborts. The process ends with 130 at the second Ctrl-C, or when the command goes on all the same.
 *
 * @param onLeave says what was begun, in the last moment before the process ends like this
 * @example
 * const signal = listenForInterrupt(() => renderFailure(begun.left(), terminal, path))
 * await command.run({ …call, signal })
 */
export function listenForInterrupt(onLeave: () => void): AbortSignal {
  const interrupted = new AbortController()
  const leave = (): never => {
    onLeave()
    process.exit(INTERRUPTED)
  }
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted) leave()
    const isHeard = getEventListeners(interrupted.signal, 'abort').length > 0
    interrupted.abort()
    // Whoever ends in time is not held up by the timer.
    setTimeout(leave, isHeard ? GRACE_MS.listening : GRACE_MS.deaf).unref()
  })
  return interrupted.signal
}

/**
 * Goes on in silence when nobody reads any more, as in `iexec … | head -1`: what was begun on the chain is still brought to
 * its end.
 */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
    })
  }
}

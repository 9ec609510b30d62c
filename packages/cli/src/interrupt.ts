// Ctrl-C: whoever waits hears of it and says how to come back, what must not be cut off ends first, and whoever does not listen is ended soon.
import { getEventListeners } from 'node:events'
import process from 'node:process'
import { INTERRUPTED } from './render.ts'

/** How long a command may take to end once it was interrupted, in milliseconds. */
const GRACE_MS = { listening: 5000, deaf: 300 }

/** What a command does about Ctrl-C. */
export type Leaving = {
  /** Says what was begun, in the last moment before the process ends in the middle of it. */
  readonly onLeave: () => void
  /** Whether it is brought to its end however long that takes, and then it is said that a second Ctrl-C leaves. */
  readonly holds: () => boolean
}

/**
 * A signal that Ctrl-C aborts. The process ends with 130 at the second Ctrl-C, or when the command goes on all the same.
 *
 * @param leaving what the command does about it in that moment
 * @example
 * const signal = listenForInterrupt(() => ({ onLeave: () => renderFailure(begun.left(), terminal, path), holds: begun.isFinishing }))
 * await command.run({ …call, signal })
 */
export function listenForInterrupt(leaving: () => Leaving): AbortSignal {
  const interrupted = new AbortController()
  const leave = (): never => {
    leaving().onLeave()
    process.exit(INTERRUPTED)
  }
  // What was being sent when Ctrl-C came is on its way by now.
  const leaveUnlessHeld = (): void => {
    if (!leaving().holds()) leave()
  }
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted) leave()
    const isHeard = getEventListeners(interrupted.signal, 'abort').length > 0
    const isHeld = leaving().holds()
    interrupted.abort()
    if (isHeld) return
    // Whoever ends in time is not held up by the timer.
    setTimeout(leaveUnlessHeld, isHeard ? GRACE_MS.listening : GRACE_MS.deaf).unref()
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

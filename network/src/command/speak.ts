// What a network says to people, line by line; to programs, the same as JSON.
import process from 'node:process'
import type { Say } from '../run/keepAlive.ts'

/**
 * Makes a speaker on stdout.
 *
 * @example
 * createSpeaker(false)('ready', 'The chain is ready.') // 12:00:01  The chain is ready.
 */
export function createSpeaker(isJson: boolean): Say {
  return (event, sentence, facts = {}) => {
    const now = new Date()
    const line = isJson
      ? JSON.stringify({ event, at: now.toISOString(), message: sentence, ...facts })
      : `${now.toTimeString().slice(0, 8)}  ${sentence}`
    process.stdout.write(`${line}\n`)
  }
}

/** Tells a person how it ended. */
export function tellPlain(sentence: string): void {
  process.stdout.write(`${sentence}\n`)
}

/** Tells what went wrong beside the way, where that is no reason to end. */
export function tellProblem(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

/** What a stream meets whose disk is full, or whose reader has gone. */
const DEAF = ['ENOSPC', 'EDQUOT', 'EPIPE', 'EIO']

/**
 * From here on nobody has to be able to hear what is said: a full disk, or a reader that has gone, costs lines and nothing else.
 *
 * @throws by the stream whatever else befalls it
 * @example
 * speakEvenIfNobodyHears()
 */
export function speakEvenIfNobodyHears(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      if (!DEAF.includes(cause.code ?? '')) throw cause
    })
  }
}

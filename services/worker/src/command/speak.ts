// What the worker says to people, line by line; to programs, the same as JSON.
import process from 'node:process'
import type { Options } from '../settings/options.ts'

/** Says what happens. */
export type Speaker = {
  /**
   * @param event a stable word for programs
   * @param sentence for people
   * @param facts for programs
   */
  readonly say: (event: string, sentence: string, facts?: Readonly<Record<string, unknown>>) => void
}

/** The form of its lines. */
export type SpeakerOptions = Pick<Options, 'json' | 'raw' | 'quiet'>

/** What happens all the time, and needs nobody. */
const PASSING: ReadonlySet<string> = new Set(['task', 'pool'])

/**
 * Makes a speaker on stdout.
 *
 * @example
 * createSpeaker({}).say('started', 'The worker listens.') // 12:00:01  The worker listens.
 */
export function createSpeaker({ json = false, raw = false, quiet = false }: SpeakerOptions): Speaker {
  const isJson = json || raw
  return {
    say: (event, sentence, facts = {}) => {
      if (quiet && PASSING.has(event)) return
      const now = new Date()
      const line = isJson
        ? JSON.stringify({ event, at: now.toISOString(), message: sentence, ...facts })
        : `${now.toTimeString().slice(0, 8)}  ${sentence}`
      process.stdout.write(`${line}\n`)
    },
  }
}

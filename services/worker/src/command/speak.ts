// What the worker says to people, line by line; to programs, the same as JSON.
import process from 'node:process'

/** Says what happens. */
export type Speaker = {
  /**
   * @param event a stable word for programs
   * @param sentence for people
   * @param facts for programs
   */
  readonly say: (event: string, sentence: string, facts?: Readonly<Record<string, unknown>>) => void
}

/**
 * Makes a speaker on stdout.
 *
 * @example
 * createSpeaker(false).say('started', 'The worker listens.') // 12:00:01  The worker listens.
 */
export function createSpeaker(isJson: boolean): Speaker {
  return {
    say: (event, sentence, facts = {}) => {
      const now = new Date()
      const line = isJson
        ? JSON.stringify({ event, at: now.toISOString(), message: sentence, ...facts })
        : `${now.toTimeString().slice(0, 8)}  ${sentence}`
      process.stdout.write(`${line}\n`)
    },
  }
}

// What is said of one thing does not come between the lines of another.
import type { Say } from '../run/keepAlive.ts'

/** Somebody who can wait until others have spoken. */
export type Voice = {
  readonly say: Say
  /** From here on nothing is said. */
  readonly hold: () => void
  /** Says what was held, and from here on everything at once. */
  readonly goOn: () => void
}

/**
 * Makes a speaker who can wait.
 *
 * @example
 * const { say, hold, goOn } = takeTurns(createSpeaker(false))
 */
export function takeTurns(speak: Say): Voice {
  let isHeld = false
  let held: Parameters<Say>[] = []
  return {
    say: (...words) => {
      if (isHeld) held.push(words)
      else speak(...words)
    },
    hold: () => {
      isHeld = true
    },
    goOn: () => {
      isHeld = false
      for (const words of held) speak(...words)
      held = []
    },
  }
}

// What changes while somebody looks: drawn over in a terminal, appended line by line elsewhere.
import { clean } from './clean.ts'
import type { Terminal } from './terminal.ts'

/** Lines for a moment so many seconds after they were given: what is "in 4 min" comes nearer. */
export type View = (secondsLater: bigint) => readonly string[]

/** A view on stderr. */
export type Live = {
  /** Shows this in the place of what was shown before. */
  readonly show: (view: View) => void
  /** Leaves the last view as it stands. */
  readonly end: () => void
}

const TICK_MS = 1000

/**
 * Opens a view. In the forms for programs and with `--quiet` it shows nothing.
 *
 * @example
 * const live = openLive(terminal)
 * live.show((later) => [`still ${10n - later} s`])
 * live.end()
 */
export function openLive(terminal: Terminal): Live {
  return terminal.isLive ? drawOver(terminal) : append(terminal)
}

/** Only what was not said before: a log that is read from above. */
function append({ say }: Terminal): Live {
  let said: readonly string[] = []
  return {
    show: (view) => {
      const lines = view(0n)
      for (const line of lines) if (!said.includes(line)) say(line)
      said = lines
    },
    end: () => undefined,
  }
}

function drawOver({ streams: { errors } }: Terminal): Live {
  let height = 0
  let ticking: NodeJS.Timeout | undefined
  const draw = (lines: readonly string[]): void => {
    const up = height === 0 ? '' : `\u001B[${height}A`
    // One that is longer than the screen is wide would take two rows, and the next drawing would miss one.
    const cut = lines.map((line) => cutTo(clean(line), (errors.columns ?? 80) - 1))
    errors.write(`${up}\r\u001B[J${cut.join('\n')}\n`)
    height = lines.length
  }
  const stop = (): void => {
    clearInterval(ticking)
    ticking = undefined
  }
  return {
    show: (view) => {
      stop()
      draw(view(0n))
      let seconds = 0n
      ticking = setInterval(() => {
        seconds += 1n
        draw(view(seconds))
      }, TICK_MS)
    },
    end: stop,
  }
}

function cutTo(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`
}

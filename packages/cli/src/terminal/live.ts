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
    const drawn = thatFit(lines.map(clean), errors)
    errors.write(`${up}\r\u001B[J${drawn.map(({ line }) => line).join('\n')}\n`)
    height = drawn.reduce((sum, { rows }) => sum + rows, 0)
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

type Row = { readonly line: string; readonly rows: number }

/** The last lines that the screen has room for, each in as many rows as it takes: nothing above the screen can be drawn over. */
function thatFit(
  lines: readonly string[],
  { columns = 80, rows: room = 24 }: { readonly columns?: number; readonly rows?: number },
): readonly Row[] {
  const fitting: Row[] = []
  // The cursor stands in a row of its own.
  let left = room - 1
  for (const line of lines.toReversed()) {
    const rows = Math.max(1, Math.ceil(line.length / columns))
    left -= rows
    if (left < 0) break
    fitting.unshift({ line, rows })
  }
  return fitting
}

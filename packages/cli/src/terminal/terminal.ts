// Where a command talks to people: questions, progress and colours; silent where nobody looks.
import process from 'node:process'
import type { Readable, Writable } from 'node:stream'
import { clean } from './clean.ts'

/** How the outcome is wanted: sentences, the compatible line, or our JSON. */
export type Format = 'text' | 'raw' | 'json'

/** The streams of a process, and what is known of them. */
export type Streams = {
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly errors: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }
}

/** A conversation with whoever called the command. */
export type Terminal = {
  readonly format: Format
  readonly streams: Streams
  /** Whether a person can be asked. */
  readonly isInteractive: boolean
  readonly hasColours: boolean
  /** Whether lines on stderr can be drawn over: a person looks, and wants to see what happens. */
  readonly isLive: boolean
  /** One line of the outcome on stdout as it comes, before the rest of it; nothing in the forms for programs. */
  readonly write: (line: string) => void
  /** One line of information on stderr; nothing in the forms for programs and with `--quiet`. */
  readonly say: (line: string) => void
  /** A warning on stderr; nothing in the forms for programs. */
  readonly warn: (line: string) => void
  /** A warning on stderr in every form: who does not read it may lose money. */
  readonly alarm: (line: string) => void
}

/** How the terminal was asked to be. */
export type TerminalOptions = { readonly format: Format; readonly isQuiet: boolean; readonly streams?: Streams }

/** Opens the terminal of this process. */
export function openTerminal({ format, isQuiet, streams = ownStreams() }: TerminalOptions): Terminal {
  const { input, output, errors } = streams
  const isForPeople = format === 'text'
  const write = (line: string): void => {
    errors.write(`${clean(line)}\n`)
  }
  return {
    format,
    streams,
    isInteractive: input.isTTY === true && errors.isTTY === true,
    isLive: isForPeople && !isQuiet && errors.isTTY === true && process.env['TERM'] !== 'dumb',
    hasColours: isForPeople && (wishOf(process.env) ?? errors.isTTY === true),
    write: (line) => {
      if (isForPeople) output.write(`${clean(line)}\n`)
    },
    say: isForPeople && !isQuiet ? write : () => undefined,
    warn: isForPeople ? write : () => undefined,
    alarm: write,
  }
}

/** Whether colours are wished for, by the two variables that programs agreed on; undefined when neither says it. */
function wishOf({ NO_COLOR: no = '', FORCE_COLOR: force }: NodeJS.ProcessEnv): boolean | undefined {
  if (no !== '') return false
  return force === undefined ? undefined : !['0', 'false'].includes(force)
}

function ownStreams(): Streams {
  return { input: process.stdin, output: process.stdout, errors: process.stderr }
}

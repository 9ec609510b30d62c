// What the command line itself can find wrong, before anything of the market is asked.

/** What each code means, in one sentence. */
export const CLI_ERROR_CODES = {
  Usage: 'What was typed cannot be used; nothing was done.',
  BadFile: 'A file cannot be read or written, or says something that cannot be.',
  MissingFile: 'A file, or something in it, is not there.',
  NoWallet: 'There is no wallet where it was looked for.',
  WrongPassword: 'The password does not open the wallet.',
  NoTerminal: 'Somebody has to be asked, and nobody is there; the hint names the option that answers.',
  AbortedByUser: 'The person said no.',
  NotFound: 'What is named, such as an image, is not there.',
  Unusable: 'What is named is there, and is not what it must be.',
  Unreachable: 'A registry, or whoever has a file, does not answer.',
  Interrupted: 'Ctrl-C ended it.',
  Failed: 'It did not work; the sentence says why.',
} as const

/** The stable name of what went wrong. */
export type CliErrorCode = keyof typeof CLI_ERROR_CODES

/** What to do about it, what programs want to know of it, and where it came from. */
export type CliErrorParts = {
  readonly hints?: readonly string[]
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * Says in one sentence why a command did not do what it was asked.
 *
 * @example
 * throw new CliError('BadFile', 'iexec.json is not JSON: line 3 has a comma too many.', { hints: ['Mend line 3 and try again.'] })
 */
export class CliError extends Error {
  override readonly name: string = 'CliError'
  readonly code: CliErrorCode
  readonly hints: readonly string[]
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: CliErrorCode, sentence: string, { hints = [], details = {}, cause }: CliErrorParts = {}) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.code = code
    this.hints = hints
    this.details = details
  }
}

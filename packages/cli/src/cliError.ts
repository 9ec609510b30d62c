// What the command line itself can find wrong, before anything of the market is asked.

/** The stable name of what went wrong. */
export type CliErrorCode =
  | 'Usage'
  | 'BadFile'
  | 'MissingFile'
  | 'NoWallet'
  | 'WrongPassword'
  | 'NoTerminal'
  | 'AbortedByUser'
  /** What is named, such as an image, is not there. */
  | 'NotFound'
  /** What is named is there, and is not what it must be. */
  | 'Unusable'
  /** A registry, or whoever has a file, does not answer. */
  | 'Unreachable'
  | 'Interrupted'
  | 'Failed'

/** What to do about it, and where it came from. */
export type CliErrorParts = { readonly hints?: readonly string[]; readonly cause?: unknown }

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

  constructor(code: CliErrorCode, sentence: string, { hints = [], cause }: CliErrorParts = {}) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.code = code
    this.hints = hints
  }
}

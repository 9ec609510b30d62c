// A line that cannot be read: nothing was done, and the exit code is 2.
import { CliError } from './cliError.ts'

/**
 * Says what in a line cannot be read, and what may have been meant.
 *
 * @example
 * throw new LineError('There is no command "ap".', ['Did you mean app?'])
 */
export class LineError extends CliError {
  override readonly name: string = 'LineError'
  /** The command in which it was found, as `iexec app deploy`. */
  readonly path: string

  constructor(sentence: string, hints: readonly string[], path = 'iexec') {
    super('Usage', sentence, { hints })
    this.path = path
  }
}

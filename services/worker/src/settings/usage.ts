// What was typed and cannot be used ends with another exit code than work that failed, as everywhere in the iexec command.
import { CommanderError } from 'commander'

/** Exit code of a call that was refused or failed, also in part. */
const FAILED = 1
/** Exit code of a line that cannot be used: nothing was done. */
const WRONG_USAGE = 2

/**
 * Says in one sentence why a line cannot be used, and what to type.
 *
 * @example
 * throw new UsageError('No workerpool was named: give its address with --pool.')
 */
export class UsageError extends Error {
  override readonly name: string = 'UsageError'
}

/**
 * Tells why a command ended early, unless the parser of the line has told it already.
 *
 * @returns the exit code: 0 after help, 2 when the line cannot be used, else 1
 * @example
 * process.exitCode = tellFailure(error)
 */
export function tellFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE
  console.error(error instanceof Error ? error.message : error)
  return error instanceof UsageError ? WRONG_USAGE : FAILED
}

// What was typed and cannot be used ends with another exit code than work that failed, as everywhere in the iexec command.
import process from 'node:process'
import { CommanderError } from 'commander'
import { formOf } from './form.ts'

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

/** What was typed: a command, and the words after it. */
export type Line = { readonly command: string; readonly args: readonly string[] }

/**
 * Tells why a command ended early, in the form that its line asks for. To people its parser has told already what is wrong with a
 * line.
 *
 * @returns the exit code: 0 after help, 2 when the line cannot be used, else 1
 * @example
 * process.exitCode = tellFailure(error, { command: 'iexec worker drain', args: ['--json'] })
 */
export function tellFailure(error: unknown, { command, args }: Line = { command: 'iexec worker', args: [] }): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  const isUsage = error instanceof UsageError || error instanceof CommanderError
  const form = formOf(args)
  const message = sentenceOf(error)
  const code = isUsage ? 'Usage' : 'Failed'
  if (form === 'json') {
    const failure = { code, message, hints: [], details: {} }
    process.stdout.write(`${JSON.stringify({ ok: false, command, error: failure })}\n`)
  } else if (form === 'raw') {
    process.stderr.write(`${JSON.stringify({ ok: false, command, error: { name: code, message } })}\n`)
  } else if (!(error instanceof CommanderError)) console.error(message)
  return isUsage ? WRONG_USAGE : FAILED
}

function sentenceOf(error: unknown): string {
  if (error instanceof CommanderError) return error.message.replace(/^error: /u, '')
  return error instanceof Error ? error.message : String(error)
}

// What a command of the worker found, printed in the form that was asked for.
import process from 'node:process'
import type { Options } from '../settings/options.ts'

/** What came of a command. */
export type Answer = {
  /** For programs. */
  readonly json: object
  /** For people, line by line; what is in the way stands in it, too. */
  readonly text: readonly string[]
  /** What is in the way, a sentence each: the exit code is 1 then. */
  readonly failures?: readonly string[]
}

/**
 * Prints an answer, as every command of iexec does.
 *
 * @returns the exit code
 * @example
 * giveAnswer({ json: { open: 2 }, text: ['2 are open.'] }, { json: true }) // {"ok":true,"open":2}
 */
export function giveAnswer(
  { json, text, failures = [] }: Answer,
  { json: isJson = false, raw = false }: Pick<Options, 'json' | 'raw'>,
): number {
  const hasFailed = failures.length > 0
  if (isJson || raw) {
    const document = { ok: !hasFailed, ...json, ...(hasFailed ? { fail: failures } : {}) }
    const stream = hasFailed && raw ? process.stderr : process.stdout
    stream.write(`${JSON.stringify(document, writeBigInt)}\n`)
  } else for (const line of text) process.stdout.write(`${line}\n`)
  return hasFailed ? 1 : 0
}

function writeBigInt(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

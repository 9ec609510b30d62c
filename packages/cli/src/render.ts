// The only place that prints: an outcome or a failure, in the form that was asked for, and the exit code that tells the truth.
import type { InputError } from '@iexec/protocol'
import type { IexecError } from '@iexec/sdk'
import { CliError } from './cliError.ts'
import type { Outcome } from './command.ts'
import { inKeysOfFile } from './files/chainKeys.ts'
import { clean, cleanJson } from './terminal/clean.ts'
import type { Terminal } from './terminal/terminal.ts'

/** What shells expect of whoever was ended by Ctrl-C. */
export const INTERRUPTED = 130
/** What was typed cannot be used, whoever finds that: the parser of the line, a command, or a verb of the SDK. Nothing was done. */
export const WRONG_USAGE = 2

/** Prints what came of a command, and returns its exit code. */
export function renderOutcome({ raw, json = raw, text, failures = [] }: Outcome, terminal: Terminal): number {
  const { output, errors } = terminal.streams
  const hasFailed = failures.length > 0
  if (terminal.format === 'text') {
    for (const line of text) output.write(`${clean(line)}\n`)
    for (const line of failures) errors.write(`${clean(line)}\n`)
  } else {
    const document = {
      ok: !hasFailed,
      ...(terminal.format === 'raw' ? raw : json),
      ...(hasFailed ? { fail: failures } : {}),
    }
    const stream = hasFailed && terminal.format === 'raw' ? errors : output
    stream.write(`${toJson(document, terminal)}\n`)
  }
  return hasFailed ? 1 : 0
}

/** Prints why a command failed, and returns its exit code. */
export function renderFailure(error: unknown, terminal: Terminal, command: string): number {
  const { code, sentence, hints, details } = describe(error)
  const { output, errors } = terminal.streams
  if (terminal.format === 'raw') {
    errors.write(`${toJson({ ok: false, command, error: { name: code, message: sentence } }, terminal)}\n`)
  } else if (terminal.format === 'json') {
    output.write(`${toJson({ ok: false, command, error: { code, message: sentence, hints, details } }, terminal)}\n`)
  } else {
    errors.write(`${clean([sentence, ...hints.map((hint) => `  ${hint}`)].join('\n'))}\n`)
  }
  if (code === 'Usage' || code === 'InvalidInput' || isNamed<InputError>(error, 'InputError')) return WRONG_USAGE
  return code === 'Interrupted' ? INTERRUPTED : 1
}

type Failure = {
  readonly code: string
  readonly sentence: string
  readonly hints: readonly string[]
  readonly details: Readonly<Record<string, unknown>>
}

function describe(error: unknown): Failure {
  if (error instanceof CliError || isNamed<IexecError>(error, 'IexecError')) {
    return { code: error.code, sentence: error.message, hints: error.hints.map(inKeysOfFile), details: error.details }
  }
  if (isNamed<InputError>(error, 'InputError'))
    return { code: error.code, sentence: error.message, hints: [], details: {} }
  // A broken promise of ours: the trace is what a report needs.
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    code: 'Bug',
    sentence: trace,
    hints: ['This is a bug of iexec. Please report it with the line that you typed.'],
    details: {},
  }
}

/** By its name and not by its class: a help page does not load the SDK to print. */
function isNamed<Named extends Error>(error: unknown, name: Named['name']): error is Named {
  return error instanceof Error && error.name === name
}

/** Numbers of the chain are texts in JSON, because they may be beyond what JSON's readers can count. */
function toJson(value: unknown, { format }: Terminal): string {
  return cleanJson(format === 'json' ? JSON.stringify(value, asText, 2) : JSON.stringify(value, asText))
}

function asText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}

// Questions to a person. Where nobody can be asked, the error says which option answers.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { CliError } from '../cliError.ts'
import { clean } from './clean.ts'
import type { Terminal } from './terminal.ts'

/**
 * Asks for something that nobody should see.
 *
 * @param hint which option answers, for whoever cannot be asked
 * @throws CliError `NoTerminal`, `Interrupted`
 */
export async function askSecret(question: string, terminal: Terminal, hint: string): Promise<string> {
  requirePerson(question, terminal, hint)
  const { errors } = terminal.streams
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  const answer = readAnswer('', { terminal, output: silent })
  // Only now: before somebody reads, the terminal itself would show what is typed.
  errors.write(`${clean(question)}: `)
  try {
    return await answer
  } finally {
    errors.write('\n')
  }
}

/**
 * Asks yes or no.
 *
 * @returns whether the answer was yes; the plain Enter means `fallback`
 * @throws CliError `NoTerminal`, `Interrupted`
 */
export async function askYesNo(question: string, terminal: Terminal, fallback = true): Promise<boolean> {
  requirePerson(question, terminal, '--force answers yes.')
  const choices = fallback ? '[Y/n]' : '[y/N]'
  for (;;) {
    const answer = (await readAnswer(`${clean(question)} ${choices} `, { terminal, output: terminal.streams.errors }))
      .trim()
      .toLowerCase()
    if (answer === '') return fallback
    if (['y', 'yes'].includes(answer)) return true
    if (['n', 'no'].includes(answer)) return false
    terminal.streams.errors.write('Please answer y or n.\n')
  }
}

/**
 * Goes on only when the person says yes, or said so with `--force`.
 *
 * @throws CliError `AbortedByUser` in the words that scripts know
 */
export async function confirm(question: string, terminal: Terminal, isForced: boolean): Promise<void> {
  if (isForced || (await askYesNo(question, terminal))) return
  throw new CliError('AbortedByUser', 'Operation aborted by user.')
}

type Where = { readonly terminal: Terminal; readonly output: Writable }

async function readAnswer(prompt: string, { terminal, output }: Where): Promise<string> {
  const interrupted = new AbortController()
  const reader = createInterface({ input: terminal.streams.input, output, terminal: true })
  reader.once('SIGINT', () => {
    interrupted.abort()
  })
  reader.once('close', () => {
    interrupted.abort()
  })
  try {
    return await reader.question(prompt, { signal: interrupted.signal })
  } catch (cause) {
    throw new CliError('Interrupted', 'Operation aborted by user.', { cause })
  } finally {
    reader.close()
  }
}

function requirePerson(question: string, { isInteractive }: Terminal, hint: string): void {
  if (isInteractive) return
  throw new CliError('NoTerminal', `There is nobody to ask, because this is no terminal: ${question}`, {
    hints: [hint],
  })
}

// One call of the command, from its words to its exit code.
import process from 'node:process'
import { CommanderError } from 'commander'
import type { Command } from './command.ts'
import { GROUPS } from './groups.ts'
import { buildProgram } from './program.ts'
import { INTERRUPTED, renderFailure, renderOutcome } from './render.ts'
import { openTerminal, type Format } from './terminal/terminal.ts'

const WRONG_USAGE = 2

/**
 * Carries out a line, and returns the exit code: 0 done, 1 refused or failed (also in part), 2 a line that cannot be read,
 * 130 interrupted.
 *
 * @param line the words after `iexec`
 */
export async function run(line: readonly string[]): Promise<number> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => {
    interrupted.abort()
  })
  let exitCode = 0
  const program = await buildProgram(line, {
    commands: [],
    groups: GROUPS,
    write: { out: (text) => process.stdout.write(text), error: (text) => process.stderr.write(text) },
    carry: async (command, { args, options }, path) => {
      const terminal = openTerminal({ format: formatOf(options), isQuiet: options['quiet'] === true })
      exitCode = await carryOut(command, { args, options, terminal, signal: interrupted.signal }, path)
    },
  })
  try {
    await program.parseAsync([...line], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE
  }
  return interrupted.signal.aborted && exitCode !== 0 ? INTERRUPTED : exitCode
}

async function carryOut(command: Command, call: Parameters<Command['run']>[0], path: string): Promise<number> {
  try {
    const outcome = await command.run(call)
    return renderOutcome(outcome, call.terminal)
  } catch (error) {
    return renderFailure(error, call.terminal, path)
  }
}

function formatOf(options: Readonly<Record<string, unknown>>): Format {
  if (options['raw'] === true) return 'raw'
  return options['json'] === true ? 'json' : 'text'
}

// One call of the command, from its words to its exit code.
import { resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import { openBegun } from './begun.ts'
import type { Call, Command, Outcome } from './command.ts'
import { GROUPS, SINGLES } from './groups.ts'
import { startPage } from './help/start.ts'
import { ignoreClosedPipes, listenForInterrupt, type Leaving } from './interrupt.ts'
import { LineError } from './lineError.ts'
import { OUTER_PACKAGES, placesFor, runOuterPackage, type OuterPackage } from './outerPackage.ts'
import { buildProgram } from './program.ts'
import { INTERRUPTED, renderFailure, renderOutcome, WRONG_USAGE } from './render.ts'
import { openTerminal, type Format, type Terminal } from './terminal/terminal.ts'

/**
 * Carries out a line, and returns the exit code: 0 done, 1 refused or failed (also in part), 2 what was typed cannot
 * be used, 130 interrupted.
 *
 * @param line the words after `iexec`
 */
export async function run(line: readonly string[]): Promise<number> {
  ignoreClosedPipes()
  const words = explained(line)
  const [first] = words
  if (first === undefined) {
    process.stdout.write(startPage())
    return 0
  }
  if (first === 'complete') return answerShell(words.slice(1))
  const outer = OUTER_PACKAGES.find(({ name }) => name === first)
  return outer === undefined ? runOwn(words) : runOuter(outer, words.slice(1))
}

/** `help app deploy` is `app deploy --help`, and `help` is `--help`. */
function explained(line: readonly string[]): readonly string[] {
  const [first, second, ...rest] = line
  if (first !== 'help') return line
  if (second === undefined) return ['--help']
  const aliases = GROUPS.flatMap((group) => group.aliases ?? [])
  const isCommand = [...aliases, ...[...GROUPS, ...SINGLES, ...OUTER_PACKAGES].map(({ name }) => name)].includes(second)
  return isCommand ? [second, ...rest, '--help'] : line
}

async function runOwn(line: readonly string[]): Promise<number> {
  let leaving = NOTHING_BEGUN
  const signal = listenForInterrupt(() => leaving)
  let exitCode = 0
  const write = {
    out: (text: string): void => void process.stdout.write(text),
    error: (text: string): void => void process.stderr.write(text),
  }
  const carry = async (command: Command, { args, options }: Pick<Call, 'args' | 'options'>, path: string) => {
    const terminal = openTerminal({ format: formatOf(options), isQuiet: options['quiet'] === true })
    const begun = openBegun()
    leaving = {
      onLeave: () => void renderFailure(begun.left(), terminal, path),
      holds: () => {
        if (!begun.isFinishing()) return false
        terminal.warn('Ctrl-C: what was begun is brought to its end first. Ctrl-C again leaves at once.')
        return true
      },
    }
    const end = await endOf(command, { args, options, terminal, signal, begun })
    // From here on it says itself how it ended.
    leaving = NOTHING_BEGUN
    if ('outcome' in end) exitCode = renderOutcome(end.outcome, terminal)
    else exitCode = renderFailure(signal.aborted ? begun.asLeft(end.error) : end.error, terminal, path)
  }
  try {
    const program = await buildProgram(line, {
      singles: SINGLES,
      groups: GROUPS,
      outerPackages: OUTER_PACKAGES,
      write,
      carry,
    })
    await program.parseAsync([...line], { from: 'user' })
  } catch (error) {
    if (error instanceof LineError) return renderFailure(error, terminalFor(line), error.path)
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : WRONG_USAGE
  }
  return signal.aborted && exitCode !== 0 ? INTERRUPTED : exitCode
}

/** Nothing was begun, or what became of it is being said. */
const NOTHING_BEGUN: Leaving = { onLeave: () => undefined, holds: () => false }

type End = { readonly outcome: Outcome } | { readonly error: unknown }

async function endOf(command: Command, call: Call): Promise<End> {
  try {
    return { outcome: await command.run(call) }
  } catch (error) {
    return { error }
  }
}

async function runOuter(outer: OuterPackage, line: readonly string[]): Promise<number> {
  const { projectFolder } = await import('./files/projectFolder.ts')
  const places = placesFor(resolve(projectFolder()), fileURLToPath(import.meta.url))
  try {
    return await runOuterPackage(outer, line, places)
  } catch (error) {
    return renderFailure(error, terminalFor(line), `iexec ${outer.name}`)
  }
}

/** `iexec complete -- words`: asked by the scripts of `iexec completion`. */
async function answerShell(words: readonly string[]): Promise<number> {
  const { completeLine } = await import('./complete/completeLine.ts')
  const answers = await completeLine(words[0] === '--' ? words.slice(1) : words)
  process.stdout.write(answers.map((answer) => `${answer}\n`).join(''))
  return 0
}

/** For a line that could not be read as a whole. */
function terminalFor(line: readonly string[]): Terminal {
  return openTerminal({
    format: formatOf({ raw: line.includes('--raw'), json: line.includes('--json') }),
    isQuiet: line.includes('--quiet'),
  })
}

function formatOf(options: Readonly<Record<string, unknown>>): Format {
  if (options['raw'] === true) return 'raw'
  return options['json'] === true ? 'json' : 'text'
}

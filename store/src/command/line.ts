// How a command of this package is read and ended: its words, its help, its exit code.
import process from 'node:process'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { UsageError } from '../fault.ts'

/** Exit code of a call that was refused or failed. */
export const FAILED = 1
/** Exit code of a line that cannot be used: nothing was done. */
const WRONG_USAGE = 2

/** A command with its examples: each a line, and what it means. */
export type Described = {
  /** `iexec registry validate`. */
  readonly name: string
  readonly description: string
  readonly examples: readonly (readonly [line: string, meaning: string])[]
}

/** A command: what it is for, and how it runs. */
export type Runner = {
  readonly summary: string
  /** @returns the exit code; @throws StoreFault, `UsageError` or `CommanderError` */
  readonly run: (args: readonly string[]) => Promise<number>
}

/** A command that throws where it would end the process. */
export function describedCommand({ name, description, examples }: Described): Command {
  const lines = examples.map(([line, meaning]) => `  ${meaning}:\n    ${line}`)
  return new Command(name)
    .description(description)
    .addHelpText('after', `\nExamples:\n${lines.join('\n\n')}`)
    .showHelpAfterError('(--help lists all settings)')
    .exitOverride()
}

/** A group of commands. */
export type GroupOf = {
  /** `iexec registry`. */
  readonly name: string
  readonly commands: Readonly<Record<string, Runner>>
  /** A document that tells more. */
  readonly more: string
}

/** Runs the command that the line names, and ends the process with its exit code. */
export async function runGroup(group: GroupOf): Promise<void> {
  // pnpm runs this in its own folder, and tells where it was called: paths are meant from there.
  process.chdir(process.env['INIT_CWD'] ?? process.cwd())
  const [name = 'help', ...args] = process.argv.slice(2)
  const command = Object.hasOwn(group.commands, name) ? group.commands[name] : undefined
  if (command === undefined) {
    const isHelp = name === 'help' || name === '--help' || name === '-h'
    if (!isHelp) console.error(`${group.name} has no command "${name}".`)
    const write = isHelp ? console.log : console.error
    write(usageOf(group))
    process.exitCode = isHelp ? 0 : WRONG_USAGE
  } else {
    try {
      process.exitCode = await command.run(args)
    } catch (error) {
      process.exitCode = tellFailure(error)
    }
  }
  // Everything is closed. What was asked of a node that never answers must not hold the process.
  process.exit()
}

function usageOf({ name, commands, more }: GroupOf): string {
  const names = Object.entries(commands).map(([word, { summary }]) => `  ${word.padEnd(10)} ${summary}`)
  const foot = `${name} <command> --help shows all settings. ${more} tells more.`
  return [`Usage: ${name} <command>`, '', ...names, '', foot].join('\n')
}

function tellFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE
  console.error(error instanceof Error ? error.message : error)
  return error instanceof UsageError ? WRONG_USAGE : FAILED
}

/** Reads a text that is not empty. @throws InvalidArgumentError */
export function asText(text: string): string {
  if (text.trim() !== '') return text
  throw new InvalidArgumentError('It is empty.')
}

/** Reads an http or https URL. @throws InvalidArgumentError */
export function asUrl(text: string): string {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/u.test(url.protocol)) return text
  throw new InvalidArgumentError('It is not an http or https URL, such as https://market.example.')
}

/** Reads where to listen. @throws InvalidArgumentError */
export function asPort(text: string): number {
  const value = Number(text)
  if (/^\d{1,5}$/u.test(text) && value <= 65_535) return value
  throw new InvalidArgumentError('It is not a whole number from 0 to 65535.')
}

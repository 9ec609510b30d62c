// From definitions to commander: the group that is called is loaded, the others are only named.
import { Argument as CommanderArgument, Command as Commander, Option as CommanderOption } from 'commander'
import type { Call, Command, Group, Option, Outcome } from './command.ts'
import { GLOBAL_OPTIONS } from './options.ts'
import { VERSION } from './version.ts'

/** Carries out a command that was found in the line. */
export type Carry = (command: Command, call: Omit<Call, 'terminal' | 'signal'>, path: string) => Promise<void>

/** What it takes to read a line. */
export type ProgramOptions = {
  /** Commands without a noun: `iexec init`. */
  readonly commands: readonly Command[]
  readonly groups: readonly Group[]
  readonly carry: Carry
  readonly write: { readonly out: (text: string) => void; readonly error: (text: string) => void }
}

/**
 * The program that reads lines. It throws commander's error for a line that it cannot read, after it said what is wrong.
 *
 * @param line the words of the line, of which the first one may name a group
 */
export async function buildProgram(line: readonly string[], options: ProgramOptions): Promise<Commander> {
  const { commands, groups, write } = options
  const program = new Commander('iexec')
    .description('Buy and sell computing that can be trusted.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand(false)
    .showHelpAfterError()
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ writeOut: write.out, writeErr: write.error })
  for (const command of commands) program.addCommand(build(command, `iexec ${command.name}`, options), hidden(command))
  for (const group of groups) {
    const isCalled = [group.name, ...(group.aliases ?? [])].some((name) => line.includes(name))
    program.addCommand(isCalled ? await buildGroup(group, options) : nameGroup(group), hidden(group))
  }
  return inherit(program)
}

function hidden({ isHidden = false }: { readonly isHidden?: boolean }): { hidden: boolean } {
  return { hidden: isHidden }
}

function nameGroup({ name, aliases = [], summary }: Group): Commander {
  return new Commander(name)
    .summary(summary)
    .description(`${summary}.`)
    .aliases([...aliases])
}

async function buildGroup(group: Group, options: ProgramOptions): Promise<Commander> {
  const built = nameGroup(group).helpCommand(false)
  const { commands } = await group.load()
  for (const command of commands) {
    built.addCommand(build(command, `iexec ${group.name} ${command.name}`, options), hidden(command))
  }
  return built
}

function build(command: Command, path: string, { carry }: ProgramOptions): Commander {
  const built = new Commander(command.name)
    .summary(command.summary)
    .description(command.description ?? `${command.summary}.`)
    .aliases([...(command.aliases ?? [])])
    .addHelpText('after', () => examplesOf(command))
  for (const { name, summary, isOptional = false, isList = false } of command.arguments ?? []) {
    const dots = isList ? `${name}...` : name
    built.addArgument(new CommanderArgument(isOptional ? `[${dots}]` : `<${dots}>`, summary))
  }
  for (const option of [...(command.options ?? []), ...GLOBAL_OPTIONS]) built.addOption(toCommander(option))
  built.action(async (...given: readonly unknown[]) => {
    const args = given
      .slice(0, command.arguments?.length ?? 0)
      .flat()
      .filter((arg) => typeof arg === 'string')
    await carry(command, { args, options: built.opts() }, path)
  })
  return built
}

function toCommander({ flags, summary, fallback, choices, isHidden = false }: Option): CommanderOption {
  const option = new CommanderOption(flags, fallback === undefined ? summary : `${summary} (default: ${fallback})`)
  if (choices !== undefined) option.choices([...choices])
  return option.hideHelp(isHidden)
}

function examplesOf({ examples }: Command): string {
  const width = Math.max(...examples.map(({ line }) => line.length))
  return `\nExamples:\n${examples.map(({ line, meaning }) => `  ${line.padEnd(width)}  ${meaning}`).join('\n')}`
}

/** Settings of the program hold for all below it. */
function inherit(program: Commander): Commander {
  for (const command of program.commands) inherit(command.copyInheritedSettings(program))
  return program
}

export type { Outcome }

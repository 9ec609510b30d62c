// From definitions to commander: what is called is loaded, everything else is only named.
import { Argument as CommanderArgument, Command as Commander, Option as CommanderOption } from 'commander'
import type { Argument, Call, Command, Group, Option, Single } from './command.ts'
import { TOPIC_NAMES } from './help/topicNames.ts'
import { lineFault } from './lineFault.ts'
import { GLOBAL_OPTIONS } from './options.ts'
import type { OuterPackage } from './outerPackage.ts'
import { VERSION } from './version.ts'

/** Carries out a command that was found in the line. */
export type Carry = (command: Command, call: Pick<Call, 'args' | 'options'>, path: string) => Promise<void>

/** What it takes to read a line. */
export type ProgramOptions = {
  /** Commands without a noun: `iexec init`. */
  readonly singles: readonly Single[]
  readonly groups: readonly Group[]
  /** Only named: whoever calls them is served elsewhere. */
  readonly outerPackages: readonly OuterPackage[]
  readonly carry: Carry
  readonly write: { readonly out: (text: string) => void; readonly error: (text: string) => void }
}

/**
 * The program that reads lines. It throws a `LineError` for a line that it cannot read.
 *
 * @param line the words of the line: what the first one names is loaded
 */
export async function buildProgram(line: readonly string[], options: ProgramOptions): Promise<Commander> {
  const { singles, groups, outerPackages, write } = options
  const called = line.find((word) => !word.startsWith('-'))
  const program = new Commander('iexec')
    .usage('<command> [arguments] [options]')
    .description('Buy and sell computing that can be trusted.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: write.out, writeErr: write.error })
    .configureHelp({ styleTitle: bold, subcommandTerm: termOf })
    .addHelpText('after', rootEpilogue)
  for (const group of groups) {
    const isCalled = called !== undefined && [group.name, ...(group.aliases ?? [])].includes(called)
    const built = isCalled ? await buildGroup(group, options) : nameGroup(group)
    program.addCommand(built.helpGroup('What it is about:'), hidden(group))
  }
  for (const single of singles) {
    const built = single.name === called ? build(await single.load(), ['iexec'], options) : nameGroup(single)
    program.addCommand(built.helpGroup('Without a noun:'), hidden(single))
  }
  for (const outer of outerPackages) program.addCommand(nameGroup(outer).helpGroup('In packages of their own:'))
  return inherit(program)
}

function rootEpilogue(): string {
  return ['', 'iexec <command> --help has examples. iexec help <topic> explains:', `  ${TOPIC_NAMES.join(', ')}`].join(
    '\n',
  )
}

/** `send-ether|send-eth <amount> [unit]`; that every command has options goes without saying. */
function termOf(command: Commander): string {
  const places = command.registeredArguments.map((place) => {
    const name = place.variadic ? `${place.name()}...` : place.name()
    return place.required ? `<${name}>` : `[${name}]`
  })
  return [[command.name(), ...command.aliases()].join('|'), ...places].join(' ')
}

function bold(title: string): string {
  return `\u001B[1m${title}\u001B[22m`
}

function hidden({ isHidden = false }: { readonly isHidden?: boolean }): { hidden: boolean } {
  return { hidden: isHidden }
}

function nameGroup({ name, aliases = [], summary }: Pick<Group, 'name' | 'aliases' | 'summary'>): Commander {
  return new Commander(name)
    .summary(summary)
    .description(asSentence(summary))
    .aliases([...aliases])
}

async function buildGroup(group: Group, options: ProgramOptions): Promise<Commander> {
  const built = nameGroup(group)
    .usage('<command> [arguments] [options]')
    .helpCommand(false)
    .addHelpText('after', `\niexec ${group.name} <command> --help has examples.`)
  const { commands } = await group.load()
  for (const command of commands) {
    built.addCommand(build(command, ['iexec', group.name], options), hidden(command))
  }
  return built
}

function build(command: Command, above: readonly string[], { carry }: ProgramOptions): Commander {
  const built = new Commander(command.name)
    .summary(command.summary)
    .description(command.description ?? asSentence(command.summary))
    .aliases([...(command.aliases ?? [])])
    .addHelpText('after', () => examplesOf(command))
  for (const argument of command.arguments ?? []) built.addArgument(toArgument(argument))
  for (const option of [...(command.options ?? []), ...GLOBAL_OPTIONS]) built.addOption(toOption(option))
  built.action(async (...given: readonly unknown[]) => {
    const args = given
      .slice(0, command.arguments?.length ?? 0)
      .flat()
      .filter((arg) => typeof arg === 'string')
    await carry(command, { args, options: built.opts() }, [...above, command.name].join(' '))
  })
  return built
}

function toArgument({ name, summary, isOptional = false, isList = false, choices }: Argument): CommanderArgument {
  const dots = isList ? `${name}...` : name
  const argument = new CommanderArgument(isOptional ? `[${dots}]` : `<${dots}>`, summary)
  return choices === undefined ? argument : argument.choices([...choices])
}

function toOption({ flags, summary, fallback, choices, excludes, isHidden = false }: Option): CommanderOption {
  const option = new CommanderOption(flags, fallback === undefined ? summary : `${summary} (default: ${fallback})`)
  if (choices !== undefined) option.choices([...choices])
  if (excludes !== undefined) option.conflicts([...excludes])
  return option.hideHelp(isHidden)
}

/** "show the RLC" as a sentence of its own. */
function asSentence(summary: string): string {
  return `${summary.slice(0, 1).toUpperCase()}${summary.slice(1)}.`
}

function examplesOf({ examples }: Command): string {
  const width = Math.max(...examples.map(({ line }) => line.length))
  return `\nExamples:\n${examples.map(({ line, meaning }) => `  ${line.padEnd(width)}  ${meaning}`).join('\n')}`
}

/** Settings of the program hold for all below it, and every fault of a line is told in our words. */
function inherit(program: Commander): Commander {
  program.error = (message, { code = '' } = {}) => {
    throw lineFault(program, message, code)
  }
  for (const command of program.commands) inherit(command.copyInheritedSettings(program))
  return program
}

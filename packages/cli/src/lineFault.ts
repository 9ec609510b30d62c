// What commander finds wrong in a line, in our words: one sentence, what was probably meant, where to read on.
import type { Command as Commander } from 'commander'
import { didYouMean } from './help/suggest.ts'
import { LineError } from './lineError.ts'
import { GLOBAL_OPTIONS } from './options.ts'

/**
 * The fault that commander found, as an error that says what to do.
 *
 * @param at the command that read the line when it was found
 * @param message commander's own sentence; the words that it quotes are used
 * @param code commander's name of the fault
 */
export function lineFault(at: Commander, message: string, code: string): LineError {
  const path = pathOf(at)
  const [first = '', second = ''] = [...message.matchAll(/'(?<word>[^]*?)'(?=[\s.]|$)/gu)].map(
    (found) => found.groups?.['word'] ?? '',
  )
  const readOn = `${path} --help lists what there is.`
  switch (code) {
    case 'commander.unknownCommand':
      // Not from the message: what was typed may hold quotes.
      return unknownCommand(at, at.args[0] ?? first, readOn)
    case 'commander.unknownOption':
      return unknownOption(at, first, readOn)
    case 'commander.missingArgument':
      return new LineError(`${path}: <${first}> is missing.`, [usageOf(at), readOn], path)
    case 'commander.optionMissingArgument':
      return new LineError(`${nameOf(first)} needs a value.`, [`Write ${first}.`, readOn], path)
    case 'commander.conflictingOption':
      return new LineError(`${first} and ${second} exclude each other.`, ['Choose one of them.'], path)
    case 'commander.excessArguments':
      return tooMany(at, readOn)
    case 'commander.invalidArgument':
      return wrongChoice(at, message, readOn)
    default:
      return new LineError(message.replace(/^error: /u, ''), [readOn], path)
  }
}

/** The words of a command, as `iexec app deploy`. */
function pathOf(command: Commander): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

/** A word is repeated only when it resembles a command: any other may be a key at the wrong place. */
function unknownCommand(at: Commander, typed: string, readOn: string): LineError {
  const path = pathOf(at)
  const meant = didYouMean(typed, namesOf(at))
  const name = meant.length === 0 ? 'of this name' : `"${typed}"`
  return new LineError(`${path} has no command ${name}.`, [...meant, readOn], path)
}

/** How many, and never which: they may be a key, or the words of a password without quotes. */
function tooMany(at: Commander, readOn: string): LineError {
  const path = pathOf(at)
  const [most, count] = [at.registeredArguments.length, at.args.length]
  const takes = most === 0 ? 'takes no arguments' : `takes at most ${most} ${most === 1 ? 'argument' : 'arguments'}`
  const given = `${count} ${count === 1 ? 'is' : 'are'} given`
  return new LineError(
    `${path} ${takes}; ${given}. Several words that are one value need quotes.`,
    [usageOf(at), readOn],
    path,
  )
}

function unknownOption(at: Commander, word: string, readOn: string): LineError {
  const path = pathOf(at)
  // Behind "=" stands a value, and a word with anything but letters may be one.
  const typed = /^(?:--[a-z-]+|-[a-z])(?==|$)/iu.exec(word)?.[0] ?? 'of this name'
  const isGlobal = GLOBAL_OPTIONS.some(({ flags }) => flags === typed)
  if (isGlobal && at.commands.length > 0) {
    return new LineError(`${typed} stands before the command.`, [`Write it behind: ${path} … ${typed}.`], path)
  }
  const known = at
    .createHelp()
    .visibleOptions(at)
    .flatMap(({ long }) => long ?? [])
  return new LineError(`${path} has no option ${typed}.`, [...didYouMean(typed, known), readOn], path)
}

/** A value that is none of the choices; it is not repeated, because what was typed may belong elsewhere. */
function wrongChoice(at: Commander, message: string, readOn: string): LineError {
  const found = WRONG_OPTION.exec(message)?.groups ?? WRONG_ARGUMENT.exec(message)?.groups
  const { where = '', why = message } = found ?? {}
  const choices = /^Allowed choices are (?<list>.+)\.$/u.exec(why)?.groups?.['list']?.split(', ')
  if (choices === undefined) return new LineError(`${nameOf(where)}: ${why}`, [readOn], pathOf(at))
  const sentence = `${nameOf(where)}: what is given is none of ${choices.join(', ')}.`
  return new LineError(sentence, [readOn], pathOf(at))
}

const WRONG_OPTION = /^error: option '(?<where>.+?)' argument '[^]*' is invalid\. (?<why>[^]*)$/u
const WRONG_ARGUMENT = /^error: command-argument value '[^]*' is invalid for argument '(?<where>.+?)'\. (?<why>[^]*)$/u

/** `--to` of `-t, --to <address>`. */
function nameOf(flags: string): string {
  return /--[\w-]+/u.exec(flags)?.[0] ?? flags
}

function namesOf(at: Commander): readonly string[] {
  return at
    .createHelp()
    .visibleCommands(at)
    .flatMap((command) => [command.name(), ...command.aliases()])
}

function usageOf(at: Commander): string {
  return `${pathOf(at)} ${at.usage().replace('[options] ', '')}`
}

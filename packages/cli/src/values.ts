// Values of options that several commands take: whole numbers, and amounts in one word or two.
import { readRlc } from './amount.ts'
import { CliError } from './cliError.ts'
import type { Call } from './command.ts'
import { text } from './session.ts'

/** The words of an option that takes several: `--price 5 RLC`. */
export function words({ options }: Pick<Call, 'options'>, name: string): readonly string[] | undefined {
  const value = options[name]
  return Array.isArray(value) ? value.map(String) : undefined
}

/**
 * The amount of an option, in nRLC; a bare number is in nRLC.
 *
 * @throws InputError that says what is wrong with it
 */
export function amountOption(call: Call, name: string): bigint | undefined {
  const given = words(call, name)
  return given === undefined ? undefined : readRlc(given)
}

/**
 * A whole number that somebody typed.
 *
 * @param name what it is of: the name of the argument or the option
 * @throws CliError `Usage`
 */
export function wholeNumber(given: string, name: string, least = 0n): bigint {
  const number = /^\d{1,77}$/u.test(given) ? BigInt(given) : undefined
  if (number !== undefined && number >= least) return number
  throw new CliError('Usage', `${name}: "${given}" is no whole number from ${least} on.`)
}

/** The whole number of an option; `undefined` without it. @throws CliError `Usage` */
export function wholeOption(call: Call, name: string, least = 0n): bigint | undefined {
  const given = text(call, name)
  const flag = `--${name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`)}`
  return given === undefined ? undefined : wholeNumber(given, flag, least)
}

// An option, as the arguments of a request tell it.
import { fail } from '../../wasi/assembly/program.ts'

/** The right to buy (a call) or to sell (a put) at the strike. */
export class Option {
  isCall: bool = true
  /** Pays on the mean of the prices on its dates, instead of on the last price. */
  isAsian: bool = false
  /** Today's price of what it is an option on. */
  spot: f64 = 0
  strike: f64 = 0
  /** A year, continuously compounded: 0.03 is 3 %. */
  rate: f64 = 0
  /** A year: 0.2 is 20 %. */
  volatility: f64 = 0
  /** Until it expires. */
  years: f64 = 0
  /** How many dates, evenly spaced, the last one at the end, make the mean. */
  dates: i32 = 1
  paths: i32 = 1_000_000
  seed: u64 = 1
}

/** Reads `--name value` pairs; ends the program at the first that means nothing. */
export function readOption(words: string[]): Option {
  const option = new Option()
  if (words.length % 2 != 0) fail('--' + 'name value is expected, and ' + words[words.length - 1] + ' has no value.')
  for (let place = 0; place < words.length; place += 2) readField(option, words[place], words[place + 1])
  if (!option.isAsian && option.dates != 1) fail('--dates is for --style asian.')
  requirePositive('--spot', option.spot)
  requirePositive('--strike', option.strike)
  requirePositive('--volatility', option.volatility)
  requirePositive('--years', option.years)
  return option
}

function readField(option: Option, name: string, value: string): void {
  if (name == '--kind') option.isCall = isFirst(name, value, ['call', 'put'])
  else if (name == '--style') option.isAsian = isFirst(name, value, ['asian', 'european'])
  else if (name == '--spot') option.spot = readNumber(name, value)
  else if (name == '--strike') option.strike = readNumber(name, value)
  else if (name == '--rate') option.rate = readNumber(name, value)
  else if (name == '--volatility') option.volatility = readNumber(name, value)
  else if (name == '--years') option.years = readNumber(name, value)
  else if (name == '--dates') option.dates = readCount(name, value, 1, 1_000)
  else if (name == '--paths') option.paths = readCount(name, value, 2, 100_000_000)
  else if (name == '--seed') option.seed = <u64>readCount(name, value, 0, i32.MAX_VALUE)
  else fail('nothing is known of ' + name)
}

function isFirst(name: string, value: string, known: string[]): bool {
  if (!known.includes(value)) fail(name + ' is ' + known.join(' or ') + ', not ' + value)
  return value == known[0]
}

function readNumber(name: string, value: string): f64 {
  const read = parseFloat(value)
  if (!isFinite(read)) fail(name + ' is a number, not ' + value)
  return read
}

function readCount(name: string, value: string, least: i32, most: i32): i32 {
  const read = readNumber(name, value)
  if (read != Math.floor(read) || read < <f64>least || read > <f64>most)
    fail(name + ' is a whole number from ' + least.toString() + ' to ' + most.toString() + ', not ' + value)
  return <i32>read
}

function requirePositive(name: string, value: f64): void {
  if (value <= 0) fail(name + ' must be given, above 0')
}

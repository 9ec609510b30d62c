// Amounts as people write them: RLC, and the coin with which a chain is paid for gas. Everything inside counts in the
// smallest unit, nRLC or wei.
import { InputError } from './inputError.ts'
import { MAX_UINT256 } from './words.ts'
import { written } from './written.ts'

/** 1 RLC = 10^9 nRLC. */
export const NANO_PER_RLC = 1_000_000_000n

/** Units in which RLC is written. */
export type RlcUnit = 'nRLC' | 'RLC'
/** Units in which a chain's own coin is written; `eth` is another word for `ether`. */
export type CoinUnit = 'wei' | 'kwei' | 'mwei' | 'gwei' | 'szabo' | 'finney' | 'ether' | 'eth'

const RLC_DECIMALS: { readonly [Unit in RlcUnit]: number } = { nRLC: 0, RLC: 9 }
const COIN_DECIMALS: { readonly [Unit in CoinUnit]: number } = {
  wei: 0,
  kwei: 3,
  mwei: 6,
  gwei: 9,
  szabo: 12,
  finney: 15,
  ether: 18,
  eth: 18,
}

/** What is counted: its name in sentences, how many decimals each of its units has, and the unit people mean. */
type Money = { readonly name: string; readonly decimals: { readonly [unit: string]: number }; readonly usual: string }

const RLC: Money = { name: 'RLC', decimals: RLC_DECIMALS, usual: 'RLC' }
const COIN: Money = { name: 'the coin of a chain', decimals: COIN_DECIMALS, usual: 'ether' }

// From here on an amount reads better in the larger unit: 0.001 RLC rather than 1000000 nRLC.
const SHOWN_IN_RLC_FROM = 1_000_000n
const SHOWN_IN_GWEI_FROM = 1_000_000n
const SHOWN_IN_ETHER_FROM = 1_000_000_000_000_000n

const AMOUNT = /^(\d+(?:_\d+)*)(?:\.(\d+))?\s*([a-z]+)?$/i

/**
 * Reads an amount of RLC that a person wrote.
 *
 * `RLC` takes up to nine decimals; `nRLC` a whole number. Upper and lower case of the unit do not matter; underscores may
 * group the digits before the point. Nothing is ever rounded.
 *
 * @param unit what an amount without a unit is in; nRLC when left out
 * @returns nRLC
 * @throws InputError `InvalidAmount`, saying what is wrong and what to write
 * @example
 * parseRlc('1.5 RLC') // 1_500_000_000n
 * parseRlc('100 nRLC') // 100n
 * parseRlc('1000') // 1000n
 * parseRlc('1.5', 'RLC') // 1_500_000_000n
 */
export function parseRlc(text: string, unit: RlcUnit = 'nRLC'): bigint {
  return parseMoney(text, RLC, unit)
}

/**
 * Reads an amount of a chain's own coin that a person wrote, by the rules of `parseRlc`.
 *
 * @param unit what an amount without a unit is in; wei when left out
 * @returns wei
 * @throws InputError `InvalidAmount`, saying what is wrong and what to write
 * @example
 * parseCoin('0.05 ether') // 50_000_000_000_000_000n
 * parseCoin('1.5 gwei') // 1_500_000_000n
 */
export function parseCoin(text: string, unit: CoinUnit = 'wei'): bigint {
  return parseMoney(text, COIN, unit)
}

/**
 * Writes an amount of RLC for people, exactly: `parseRlc` reads the same amount back.
 *
 * Amounts from 0.001 RLC on are written in RLC, smaller ones in nRLC. A negative amount (a loss) keeps its sign.
 *
 * @example
 * formatRlc(1_500_000_000n) // '1.5 RLC'
 * formatRlc(7n) // '7 nRLC'
 */
export function formatRlc(nano: bigint): string {
  const unit = nano === 0n || sizeOf(nano) >= SHOWN_IN_RLC_FROM ? 'RLC' : 'nRLC'
  return `${formatIn(nano, unit)} ${unit}`
}

/**
 * Writes an amount of a chain's own coin for people, exactly: `parseCoin` reads the same amount back.
 *
 * Amounts from 0.001 ether on are written in ether, or by the symbol that the coin has on its chain, from 0.001 gwei on in gwei, smaller ones in wei.
 *
 * @example
 * formatCoin(50_000_000_000_000_000n) // '0.05 ether'
 * formatCoin(50_000_000_000_000_000n, 'xRLC') // '0.05 xRLC'
 */
export function formatCoin(wei: bigint, symbol = 'ether'): string {
  const size = sizeOf(wei)
  if (size === 0n || size >= SHOWN_IN_ETHER_FROM) return `${formatIn(wei, 'ether')} ${symbol}`
  const unit = size >= SHOWN_IN_GWEI_FROM ? 'gwei' : 'wei'
  return `${formatIn(wei, unit)} ${unit}`
}

/**
 * Writes an amount in a unit, exactly and without the unit: for columns, and for programs that read decimals.
 *
 * @param amount nRLC or wei
 * @throws InputError `InvalidUnit` when there is no unit of this name
 * @example
 * formatIn(1_500_000_000n, 'RLC') // '1.5'
 */
export function formatIn(amount: bigint, unit: RlcUnit | CoinUnit): string {
  const units: { readonly [unit: string]: number } = { ...RLC_DECIMALS, ...COIN_DECIMALS }
  const decimals = Object.hasOwn(units, unit) ? units[unit] : undefined
  if (decimals === undefined) throw unknownUnit(unit, Object.keys(units))
  const digits = sizeOf(amount)
    .toString()
    .padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return `${amount < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

function parseMoney(text: string, money: Money, unitLeftOut: string): bigint {
  if (typeof text !== 'string') throw wrong(written(text), 'it is not a text', examplesOf(money))
  const [, digits, fraction = '', given] = AMOUNT.exec(text.trim()) ?? []
  if (digits === undefined) throw unreadable(text, money)
  const unit = unitOf(text, money, given ?? unitLeftOut)
  const decimals = money.decimals[unit] ?? 0
  const whole = digits.replaceAll('_', '')
  if (fraction.length > decimals) {
    throw tooFine(text, { unit, decimals, fraction, said: given, usual: money.usual, digits: `${whole}.${fraction}` })
  }
  const amount = BigInt(whole + fraction.padEnd(decimals, '0'))
  if (amount > MAX_UINT256) throw wrong(text, 'it is more than the chain can count', 'Write a smaller amount.')
  return amount
}

function unitOf(text: string, money: Money, name: string): string {
  const units = Object.keys(money.decimals)
  const unit = units.find((one) => one.toLowerCase() === name.toLowerCase())
  if (unit === undefined) throw wrong(text, ...noUnit(name, money))
  return unit
}

type TooFine = {
  readonly unit: string
  readonly decimals: number
  readonly fraction: string
  readonly said: string | undefined
  readonly usual: string
  readonly digits: string
}

function tooFine(text: string, { unit, decimals, fraction, said, usual, digits }: TooFine): InputError {
  const leftOut = said === undefined ? `, and an amount without a unit is in ${unit}` : ''
  if (decimals === 0) {
    return wrong(text, `${unit} cannot be divided${leftOut}`, `Write "${digits} ${usual}" if you mean ${usual}.`)
  }
  return wrong(text, `it has ${fraction.length} decimals, and ${unit} has ${decimals}`, 'Leave out the last ones.')
}

function unreadable(text: string, money: Money): InputError {
  const given = text.trim()
  const examples = examplesOf(money)
  if (given === '') return wrong(text, 'it is empty', examples)
  if (given.startsWith('-')) return wrong(text, 'an amount cannot be negative', examples)
  if (given.startsWith('+')) return wrong(text, 'an amount has no sign', examples)
  if (/^[\d_.]+e[\d+-]/i.test(given)) return wrong(text, 'exponents are not understood', 'Write all the digits.')
  if (given.includes(','))
    return wrong(text, 'a comma can mean two things', 'Write a point before decimals, and nothing between thousands.')
  if (/^\.\d/.test(given)) return wrong(text, 'nothing stands before the point', `Write "0${given}".`)
  const unit = /^\d[\d_.]*\s*([^\d\s_.].*)$/.exec(given)?.[1]
  const isKnown = Object.keys(money.decimals).some((one) => one.toLowerCase() === unit?.toLowerCase())
  if (unit !== undefined && !isKnown) return wrong(text, ...noUnit(unit, money))
  return wrong(text, 'it is not an amount', examples)
}

function noUnit(unit: string, { name, decimals }: Money): [problem: string, hint: string] {
  return [`"${unit}" is not a unit of ${name}`, unitsHint(Object.keys(decimals))]
}

function unknownUnit(unit: unknown, units: readonly string[]): InputError {
  const problem = 'no unit of money has this name'
  return new InputError({ code: 'InvalidUnit', given: written(unit), problem, hint: unitsHint(units) })
}

function unitsHint(units: readonly string[]): string {
  return `The units are ${units.join(', ')}.`
}

function examplesOf(money: Money): string {
  return money === RLC ? 'Write for instance "1.5 RLC" or "100 nRLC".' : 'Write for instance "0.05 ether" or "100 wei".'
}

function sizeOf(amount: bigint): bigint {
  return amount < 0n ? -amount : amount
}

function wrong(given: string, problem: string, hint: string): InputError {
  return new InputError({ code: 'InvalidAmount', given, problem, hint })
}

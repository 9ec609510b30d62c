// Amounts of RLC. Everything inside counts in nRLC, the smallest unit; only people read and write RLC.
import { InputError } from './inputError.ts'
import { MAX_UINT256 } from './words.ts'
import { written } from './written.ts'

/** 1 RLC = 10^9 nRLC. */
export const NANO_PER_RLC = 1_000_000_000n

// From here on an amount reads better in RLC: 0.001 RLC rather than 1000000 nRLC.
const SHOWN_IN_RLC_FROM = 1_000_000n
const DECIMALS = 9

const AMOUNT = /^(\d+(?:_\d+)*)(?:\.(\d+))?\s*(n?rlc)?$/i

/**
 * Reads an amount that a person wrote.
 *
 * `RLC` takes up to nine decimals; `nRLC`, or no unit, a whole number. Upper and lower case of the unit do not matter;
 * underscores may group the digits before the point. Nothing is ever rounded.
 *
 * @returns nRLC
 * @throws InputError `InvalidAmount`, saying what is wrong and what to write
 * @example
 * parseRlc('1.5 RLC') // 1_500_000_000n
 * parseRlc('100 nRLC') // 100n
 * parseRlc('1000') // 1000n
 */
export function parseRlc(text: string): bigint {
  if (typeof text !== 'string') throw wrong(written(text), 'it is not a text', EXAMPLES)
  const [, digits, decimals, unit] = AMOUNT.exec(text.trim()) ?? []
  if (digits === undefined) throw unreadable(text)

  const whole = BigInt(digits.replaceAll('_', ''))
  const isRlc = unit?.toLowerCase() === 'rlc'
  const nano = isRlc ? whole * NANO_PER_RLC + nanoOf(text, decimals ?? '') : wholeNano(text, whole, decimals)
  if (nano > MAX_UINT256) throw wrong(text, 'it is more than the chain can count', 'Write a smaller amount.')
  return nano
}

/**
 * Writes an amount for people, exactly: `parseRlc` reads the same amount back.
 *
 * Amounts from 0.001 RLC on are written in RLC, smaller ones in nRLC. A negative amount (a loss) keeps its sign.
 *
 * @example
 * formatRlc(1_500_000_000n) // '1.5 RLC'
 * formatRlc(7n) // '7 nRLC'
 */
export function formatRlc(nano: bigint): string {
  if (nano < 0n) return `-${formatRlc(-nano)}`
  if (nano > 0n && nano < SHOWN_IN_RLC_FROM) return `${nano} nRLC`

  const decimals = (nano % NANO_PER_RLC).toString().padStart(DECIMALS, '0').replace(/0+$/, '')
  return `${nano / NANO_PER_RLC}${decimals === '' ? '' : `.${decimals}`} RLC`
}

function nanoOf(text: string, decimals: string): bigint {
  if (decimals.length > DECIMALS) {
    throw wrong(text, `it has ${decimals.length} decimals, and RLC has ${DECIMALS}`, 'Leave out the last ones.')
  }
  return BigInt(decimals.padEnd(DECIMALS, '0'))
}

function wholeNano(text: string, whole: bigint, decimals: string | undefined): bigint {
  if (decimals === undefined) return whole
  throw wrong(
    text,
    'nRLC cannot be divided, and an amount without a unit is in nRLC',
    `Write "${whole}.${decimals} RLC" if you mean RLC.`,
  )
}

function unreadable(text: string): InputError {
  const given = text.trim()
  if (given === '') return wrong(text, 'it is empty', EXAMPLES)
  if (given.startsWith('-')) return wrong(text, 'an amount cannot be negative', EXAMPLES)
  if (given.startsWith('+')) return wrong(text, 'an amount has no sign', EXAMPLES)
  if (/^[\d_.]+e/i.test(given)) return wrong(text, 'exponents are not understood', 'Write all the digits.')
  if (given.includes(','))
    return wrong(text, 'a comma can mean two things', 'Write a point before decimals, and nothing between thousands.')
  if (/^\.\d/.test(given)) return wrong(text, 'nothing stands before the point', `Write "0${given}".`)
  const unit = /^\d[\d_.]*\s*([^\d\s_.].*)$/.exec(given)?.[1]
  if (unit !== undefined && !/^n?rlc$/i.test(unit))
    return wrong(text, `"${unit}" is not a unit of RLC`, 'The units are RLC and nRLC.')
  return wrong(text, 'it is not an amount', EXAMPLES)
}

const EXAMPLES = 'Write for instance "1.5 RLC" or "100 nRLC".'

function wrong(given: string, problem: string, hint: string): InputError {
  return new InputError({ code: 'InvalidAmount', given, problem, hint })
}

// Values of a project's files: read with the file, the key and the value in the sentence when they are not what they must be.
import { formatRlc, parseRlc } from '@iexec/protocol'
import { addressFault } from '@iexec/sdk'
import { getAddress, isAddress, type Address, type Hex } from 'viem'
import { CliError } from '../cliError.ts'

/** A part of a file that is an object. */
export type Section = {
  /** File and key, as `iexec.json: app`. */
  readonly place: string
  readonly values: Readonly<Record<string, unknown>>
}

/**
 * A part of a file as an object.
 *
 * @throws CliError `BadFile`
 */
export function readSection(given: unknown, place: string): Section {
  if (isObject(given)) return { place, values: given }
  throw wrongValue(place, given, 'an object')
}

/** Whether something read from JSON is an object. */
export function isObject(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}

/** A text that says something. @throws CliError `BadFile` */
export function readText({ place, values }: Section, key: string): string {
  const given = values[key]
  if (typeof given === 'string' && given.trim() !== '') return given
  throw wrongValue(`${place}.${key}`, given, 'a text')
}

/** An address, when there is one. @throws CliError `BadFile` */
export function readAddress({ place, values }: Section, key: string): Address | undefined {
  const given = values[key]
  if (given === undefined || given === '') return undefined
  return asAddress(given, `${place}.${key}`)
}

/** A value that must be an address, without a typing error. @throws CliError `BadFile` */
export function asAddress(given: unknown, place: string): Address {
  if (typeof given !== 'string' || !isAddress(given, { strict: false })) {
    throw wrongValue(place, given, 'an address: 0x and 40 hex digits')
  }
  const fault = addressFault(given)
  if (fault === undefined) return getAddress(given)
  throw new CliError('BadFile', `${place}: ${fault.sentence}.`, { hints: [fault.hint] })
}

/** A sha256, when there is one; of zeros only, there is none. @throws CliError `BadFile` */
export function readChecksum({ place, values }: Section, key: string): Hex | undefined {
  const given = values[key]
  if (given === undefined || given === '') return undefined
  const hex = typeof given === 'string' ? /^(?:0x|sha256:)?([\da-f]{64})$/iu.exec(given)?.[1]?.toLowerCase() : undefined
  if (hex === undefined) throw wrongValue(`${place}.${key}`, given, 'a sha256: 0x and 64 hex digits, or nothing')
  return /^0+$/u.test(hex) ? undefined : `0x${hex}`
}

/** A price in nRLC, when there is one; a number without a unit is in nRLC. @throws CliError `BadFile` */
export function readPrice({ place, values }: Section, key: string): bigint | undefined {
  const given = values[key]
  if (given === undefined || given === '') return undefined
  if (typeof given !== 'string' && typeof given !== 'number') {
    throw wrongValue(`${place}.${key}`, given, 'an amount, as "0.1 RLC"')
  }
  const price = parsePrice(String(given), `${place}.${key}`)
  if (price <= MOST_PRICE) return price
  throw new CliError('BadFile', `${place}.${key}: A price of ${formatRlc(price)} is more than a market can write.`)
}

/** In nRLC: prices are numbers of JSON on the market. */
const MOST_PRICE = BigInt(Number.MAX_SAFE_INTEGER)

function parsePrice(given: string, place: string): bigint {
  try {
    return parseRlc(given)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('BadFile', `${place}: ${why}`, { cause })
  }
}

/** A whole number above 0. @throws CliError `BadFile` */
export function readPositive({ place, values }: Section, key: string): bigint {
  const given = values[key]
  if ((typeof given === 'string' || typeof given === 'number') && /^[1-9]\d{0,77}$/u.test(String(given))) {
    return BigInt(given)
  }
  throw wrongValue(`${place}.${key}`, given, 'a whole number above 0')
}

/** The failure of a key that should not be there. */
export function unknownKey(place: string, key: string, wanted?: string): CliError {
  const why = wanted === undefined ? ' that means nothing' : `, which is not ${wanted}`
  return new CliError('BadFile', `${place} has a key "${key}"${why}.`, {
    hints: ['Look for a typing error, or remove it.'],
  })
}

/** The failure of a value that is not what it must be. */
export function wrongValue(place: string, given: unknown, wanted: string): CliError {
  const shown = given === undefined ? 'missing' : JSON.stringify(given)
  return new CliError('BadFile', `${place} is ${shown}, and must be ${wanted}.`)
}

/** The id of a chain: a text, as the existing command demands; a number means the same. @throws CliError `BadFile` */
export function asChainId(given: unknown, place: string): number {
  const isText = typeof given === 'string' || typeof given === 'number'
  if (isText && /^[1-9]\d{0,15}$/u.test(`${given}`)) return Number(given)
  throw wrongValue(place, given, 'the id of a chain, as "65535"')
}

/** A URL of a service or node. @throws CliError `BadFile` */
export function asUrl(given: unknown, place: string): string {
  if (typeof given === 'string' && /^https?:\/\//u.test(given) && URL.canParse(given)) return given
  throw wrongValue(place, given, 'a URL that begins with http:// or https://')
}

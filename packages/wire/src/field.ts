// The fields of what strangers send: how each is read, and the exact words for what is wrong with it.
// The words are those that clients have known for years; the field's name is put in front of them by `read`.
import type { Address, Hex } from 'viem'
import { getAddress } from 'viem/utils'
import { z } from 'zod'
import { ADDRESS, BYTES, BYTES32 } from './pattern.ts'

/** A field of the wire: any JSON in, a value out. */
export type Field<Value> = z.ZodType<Value>

/** What is wrong with a value, as what is said of its field. */
class Fault {
  readonly words: string
  constructor(words: string) {
    this.words = words
  }
}

/** Part of a JSON Schema that tells readers of the description what is accepted. */
type Shown = { readonly [key: string]: unknown }

const REQUIRED = new Fault('is a required field')
const HTTP_URL = /^https?:\/\/(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?(?:[/?#][^\s\\\p{Cc}]*)?$/iu

/**
 * A field that must be there, read by a function that answers a value or a fault. `.optional()` lets it be absent.
 *
 * @param absent what counts as not there
 */
function field<Value>(
  readValue: (given: unknown) => Value | Fault,
  shown: Shown,
  absent: readonly unknown[] = [undefined, null],
): Field<Value> {
  return z
    .unknown()
    .transform((given, context): Value => {
      const value = absent.includes(given) ? REQUIRED : readValue(given)
      if (!(value instanceof Fault)) return value
      context.issues.push({ code: 'custom', input: given, message: value.words })
      return z.NEVER
    })
    .meta(shown)
}

/** Limits of a whole number, both included. */
export type Limits = { readonly min?: number; readonly max?: number }

/** A whole number up to 2^53-1, as a number or as text. */
export function whole({ min = 0, max = Number.MAX_SAFE_INTEGER }: Limits = {}): Field<number> {
  return field(
    (given) => {
      const number = toNumber(given)
      if (number instanceof Fault) return number
      if (number < min) return new Fault(`must be greater than or equal to ${min}`)
      if (number > max) return new Fault(`must be less than or equal to ${max}`)
      return Number.isInteger(number) ? number : new Fault('must be an integer')
    },
    { type: 'integer', minimum: min, maximum: max },
  )
}

/** Yes or no: `true`, `false`, `1` or `0`, as themselves or as text. */
export const flag: Field<boolean> = field(
  (given) => {
    if (typeof given === 'boolean') return given
    if (/^(?:true|1)$/iu.test(asText(given))) return true
    if (/^(?:false|0)$/iu.test(asText(given))) return false
    return new Fault(`must be a \`boolean\` type, but the final value was: \`${shownValue(given)}\`.`)
  },
  { type: 'boolean' },
)

/** An address in any case, which is given to the database: in lower case. */
export const soughtAddress: Field<Address> = field((given) => lowerCase(given, ADDRESS) ?? NO_ADDRESS_FAULT, {
  type: 'string',
  pattern: '^0x[0-9a-fA-F]{40}$',
})

/** An address in any case, which is shown to people: with its checksum. */
export const shownAddress: Field<Address> = field(
  (given) => {
    const address = lowerCase(given, ADDRESS)
    return address === undefined ? NO_ADDRESS_FAULT : getAddress(address)
  },
  { type: 'string', pattern: '^0x[0-9a-fA-F]{40}$' },
)

/** An address to look for, or `any` for all of them. */
export const soughtAddressOrAny: Field<Address | 'any'> = field(
  (given) =>
    given === 'any' ? 'any' : (lowerCase(given, ADDRESS) ?? new Fault('is neither "any" nor a valid ethereum address')),
  { type: 'string', pattern: '^(any|0x[0-9a-fA-F]{40})$' },
)

/** 32 bytes in hex; read in lower case. */
export const bytes32: Field<Hex> = field(
  (given) => lowerCase(given, BYTES32) ?? new Fault('must be a bytes32 hexstring'),
  { type: 'string', pattern: '^0x[0-9a-fA-F]{64}$' },
)

/** Any number of bytes in hex; read in lower case. */
export const bytes: Field<Hex> = field((given) => lowerCase(given, BYTES) ?? new Fault('must be a hexstring'), {
  type: 'string',
  pattern: '^0x([0-9a-fA-F]{2})*$',
})

/** Any text, up to a number of characters. */
export function text(limits: { readonly min?: number; readonly max: number }): Field<string> {
  const { min = 0, max } = limits
  return field(
    (given) => {
      if (typeof given === 'object') return notOfType('string', given, given)
      const value = asText(given)
      if (value.length < min) return REQUIRED
      // PostgreSQL cannot keep it, and nobody means it.
      if (value.includes('\0')) return new Fault('must not hold a null character')
      return value.length > max ? new Fault(`must be at most ${max} characters`) : value
    },
    { type: 'string', minLength: min, maxLength: max },
  )
}

/** One of a few words. Null is a wrong one: some of these fields have a default, so they are never required. */
export function oneOf<const Word extends string>(words: readonly Word[]): Field<Word> {
  return field(
    (given) =>
      words.find((word) => word === given) ?? new Fault(`must be one of the following values: ${words.join(', ')}`),
    { type: 'string', enum: words },
    [undefined],
  )
}

/** Some of a few words, with commas between them. */
export function severalOf<const Word extends string>(words: readonly Word[]): Field<readonly Word[]> {
  return field(
    (given) => {
      const asked = asText(given).split(',')
      const known = words.filter((word) => asked.includes(word))
      return known.length === asked.length
        ? known
        : new Fault(`must be some of the following values: ${words.join(', ')}`)
    },
    { type: 'string', examples: [words.join(',')] },
  )
}

/** Words for something that must be an object and is not. Give them to `z.object`. */
export const mustBeObject: { readonly error: (issue: { readonly input?: unknown }) => string } = {
  error: ({ input }) =>
    input === undefined || input === null ? REQUIRED.words : notOfType('object', input, input).words,
}

const NO_ADDRESS_FAULT = new Fault('is not a valid ethereum address')

function toNumber(given: unknown): number | Fault {
  const digits = typeof given === 'string' ? given.replaceAll(/\s/gu, '') : given
  const number = typeof digits === 'string' && digits !== '' ? Number(digits) : digits
  return typeof number === 'number' && !Number.isNaN(number) ? number : notOfType('number', Number.NaN, given)
}

function notOfType(type: string, value: unknown, given: unknown): Fault {
  const cast = Object.is(value, given) ? '.' : ` (cast from the value \`${shownValue(given)}\`).`
  return new Fault(`must be a \`${type}\` type, but the final value was: \`${shownValue(value)}\`${cast}`)
}

function lowerCase(given: unknown, pattern: RegExp): Hex | undefined {
  return typeof given === 'string' && pattern.test(given) ? (given.toLowerCase() as Hex) : undefined
}

function asText(given: unknown): string {
  return typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean' ? String(given) : ''
}

/** Values are shown short: what strangers send may be a megabyte. */
function shownValue(value: unknown): string {
  const shown = typeof value === 'number' ? String(value) : asJson(value)
  return shown.length > 100 ? `${shown.slice(0, 100)}…` : shown
}

/** Any whole number from 0 on. */
export const wholeNumber: Field<number> = whole()

/** A whole number to look for; may be absent. */
export const soughtWhole: z.ZodOptional<Field<number>> = wholeNumber.optional()

/** A day in UTC, `YYYY-MM-DD`. */
export const day: Field<string> = field(
  (given) =>
    typeof given === 'string' && z.iso.date().safeParse(given).success
      ? given
      : new Fault('must be a day as YYYY-MM-DD'),
  { type: 'string', format: 'date' },
)

/** An http or https URL without user and password: they would be shown to everybody. Kept as it was signed. */
export const httpUrl: Field<string> = field(
  (given) => {
    if (typeof given !== 'string' || given.length > 2000) return new Fault('must be an http or https URL')
    if (/^https?:\/\/[^/?#]*@/iu.test(given)) return new Fault('must not hold a user or password')
    return HTTP_URL.test(given) ? given : new Fault('must be an http or https URL')
  },
  { type: 'string', format: 'uri', maxLength: 2000 },
)

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // What is nested too deep can be parsed, and not be written again.
    return '…'
  }
}

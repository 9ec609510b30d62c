// Values as they are stored, as GraphQL shows them, and as a filter compares them.
import { fromWide, toWide, type Wide } from '@iexec/service'
import { GraphQLError } from 'graphql'

/** The scalars and enums of the schema that a field may have. */
export type ScalarName =
  | 'ID'
  | 'String'
  | 'Bytes'
  | 'BigInt'
  | 'BigDecimal'
  | 'Int'
  | 'TaskStatus'
  | 'ContributionStatus'

/** How values of one kind of column are read, and how what a client compares them with is written. */
export type Codec = {
  readonly type: ScalarName
  /** From the database to the answer; never called with null. */
  readonly read: (stored: unknown) => unknown
  /** From a coerced argument to what the database compares with. */
  readonly write: (asked: unknown) => string | number
}

/** nRLC in one RLC. */
const NANO_DIGITS = 9
const BEFORE_ALL_DIGITS = ''
const AFTER_ALL_DIGITS = ':'
const BEYOND_INTEGERS = 2 ** 53

/** Text, as it is. */
export const text: Codec = { type: 'String', read: String, write: plainText }

/** Hex, in lower case. */
export const bytes: Codec = { type: 'Bytes', read: String, write: plainText }

/** An id that is lower-case hex, or made of such. */
export const hexId: Codec = { type: 'ID', read: String, write: (asked) => plainText(asked).toLowerCase() }

/** An id that is any text. */
export const textId: Codec = { type: 'ID', read: String, write: plainText }

/** An id that is stored as an integer. What is no integer equals no row. */
export const integerId: Codec = {
  type: 'ID',
  read: String,
  write: (asked) => (/^\d{1,15}$/u.test(String(asked)) ? Number(asked) : -1),
}

/** An integer of the database, shown as BigInt. */
export const count: Codec = { type: 'BigInt', read: String, write: (asked) => Number(clamp(asked as bigint)) }

/** An integer of the database, shown as Int. */
export const seconds: Codec = { type: 'Int', read: Number, write: Number }

/** A wide integer, shown as BigInt. */
export const wideCount: Codec = {
  type: 'BigInt',
  read: (stored) => fromWide(stored as Wide).toString(),
  write: (asked) => wideBound(asked as bigint),
}

/** nRLC in a wide integer, shown as RLC. */
export const rlc: Codec = {
  type: 'BigDecimal',
  read: (stored) => formatRlc(fromWide(stored as Wide)),
  write: (asked) => rlcBound(String(asked)),
}

/** The state of a task or of a contribution; the enum has the stored names as its values. */
export const taskStatus: Codec = { type: 'TaskStatus', read: String, write: plainText }
export const contributionStatus: Codec = { type: 'ContributionStatus', read: String, write: plainText }

/** nRLC as RLC without superfluous zeros. */
function formatRlc(nano: bigint): string {
  const digits = nano.toString().padStart(NANO_DIGITS + 1, '0')
  const fraction = digits.slice(-NANO_DIGITS).replace(/0+$/u, '')
  return fraction === '' ? digits.slice(0, -NANO_DIGITS) : `${digits.slice(0, -NANO_DIGITS)}.${fraction}`
}

/** A text that both databases can be asked for. */
export function plainText(asked: unknown): string {
  const value = String(asked)
  // PostgreSQL cannot even be asked for it.
  if (value.includes('\0')) throw new GraphQLError('A text in a filter must not contain the character U+0000.')
  return value
}

function clamp(asked: bigint): bigint {
  const most = BigInt(BEYOND_INTEGERS)
  return asked > most ? most : asked < -most ? -most : asked
}

/** Sorts among wide integers where the number would, also when it is none of them. */
function wideBound(asked: bigint): string {
  if (asked < 0n) return BEFORE_ALL_DIGITS
  return asked >= 2n ** 256n ? AFTER_ALL_DIGITS : toWide(asked)
}

/** What lies between two nRLC becomes a text that sorts between them, and equals neither. */
function rlcBound(asked: string): string {
  const [whole = '0', fraction = ''] = asked.split('.')
  const nano = BigInt(whole + fraction.slice(0, NANO_DIGITS).padEnd(NANO_DIGITS, '0'))
  const between = /[1-9]/u.test(fraction.slice(NANO_DIGITS))
  if (asked.startsWith('-') && (nano !== 0n || between)) return BEFORE_ALL_DIGITS
  const bound = wideBound(nano)
  return between && bound !== AFTER_ALL_DIGITS ? `${bound}5` : bound
}

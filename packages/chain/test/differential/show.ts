// One spelling for everything that is compared, short enough to be read: addresses and ids have names.
import { ACTORS, CLUB, GRUMP, LISTENER, SAFE } from './actors.ts'
import { KITTY_ADDRESS, NO_ADDRESS } from '@iexec/protocol'

/** Names by lower-case hex. */
export type Names = ReadonlyMap<string, string>

/** The names that hold from the start: the actors and the contracts around them. */
export const FIRST_NAMES: Names = new Map(
  Object.entries({ ...ACTORS, SAFE, CLUB, LISTENER, GRUMP, kitty: KITTY_ADDRESS, nobody: NO_ADDRESS }).map(
    ([name, address]) => [address.toLowerCase(), name],
  ),
)

/**
 * A value as text, the same for equal values: keys sorted, numbers of any type in decimals, hex in lower case or by name.
 *
 * @example
 * show({ to: '0xAB', amount: 5n }, new Map([['0xab', 'alice']])) // '{amount: 5, to: alice}'
 */
export function show(value: unknown, names: Names): string {
  switch (typeof value) {
    case 'string':
      return /^0x[0-9a-f]*$/iu.test(value) ? (names.get(value.toLowerCase()) ?? value.toLowerCase()) : value
    case 'bigint':
    case 'number':
    case 'boolean':
      return String(value)
    case 'object':
      return value === null ? 'null' : showMany(value, names)
    default:
      return typeof value
  }
}

function showMany(value: object, names: Names): string {
  if (Array.isArray(value)) return `[${value.map((item) => show(item, names)).join(', ')}]`
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, field]) => `${key}: ${show(field, names)}`)
  return `{${fields.join(', ')}}`
}

/**
 * A value as `show` has it, without what says nothing (zero, the zero address, `0x`), and with long hex cut: for reading.
 *
 * @example
 * brief({ app: appA, tag: NO_TAG }, names) // '{app: appA}'
 */
export function brief(value: unknown, names: Names): string {
  return show(withoutEmpty(value), names).replaceAll(/0x([0-9a-f]{6})[0-9a-f]{10,}/gu, '0x$1…')
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null) return value
  const told = Object.entries(value).filter(([, field]) => !isEmpty(field))
  return Object.fromEntries(told.map(([key, field]) => [key, withoutEmpty(field)]))
}

function isEmpty(field: unknown): boolean {
  return field === 0n || (typeof field === 'string' && /^0x0*$/u.test(field))
}

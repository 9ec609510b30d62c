// The default of every switch over a union.

/**
 * Makes the compiler refuse a switch that forgets a case; at run time it says which value came in from outside the types.
 *
 * @throws TypeError always
 */
export function unreachable(value: never): never {
  const shown = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))
  throw new TypeError(`Nobody handles ${shown}.`)
}

// What was mistyped in an object, where leaving it out would mean something else.
import { IexecError } from './iexecError.ts'

/**
 * Goes on only when an object has no field but these.
 *
 * @param where what the object is, for the error
 * @throws IexecError `InvalidInput`
 * @example
 * requireKnownFields({ categroy: 1n }, ['category'], 'the wish') // throws: A field "categroy" means nothing in the wish.
 */
export function requireKnownFields(given: object, known: readonly string[], where: string): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new IexecError('InvalidInput', `A field "${unknown}" means nothing in ${where}.`, {
    hints: [`The fields are ${known.join(', ')}.`],
    details: { code: 'UnknownField', given: unknown },
  })
}

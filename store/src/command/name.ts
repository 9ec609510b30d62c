// Names of stores and registries, as people type them.
import { InvalidArgumentError } from 'commander'
import { asText } from './line.ts'

/** Signs that hide or turn the text around them; what joins the parts of an emoji does not. */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}]|(?!\u200D)\p{Cf}/u

/** Reads a name. @throws InvalidArgumentError when it is empty, or has signs that nobody sees */
export function asName(text: string): string {
  const [sign] = HIDDEN.exec(text) ?? []
  if (sign === undefined) return asText(text)
  const code = (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  throw new InvalidArgumentError(`It has a sign that nobody sees, and that hides or turns others: U+${code}.`)
}

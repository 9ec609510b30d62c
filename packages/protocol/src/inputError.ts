// The one error that this package throws: something given from outside cannot be read.
import { quote } from './quote.ts'

/** What an `InputError` is made of. */
export type InputErrorParts = {
  /** Stable name of what is wrong, for programs: `InvalidAmount`, `UnknownTag` … */
  readonly code: string
  /** The value as it was given, already readable. */
  readonly given: string
  /** One sentence without a final full stop that says why the value cannot be read. */
  readonly problem: string
  /** What to write instead. */
  readonly hint: string
}

/**
 * Says that a value from outside cannot be read, why, and what to write instead.
 *
 * @example
 * new InputError({ code: 'InvalidAmount', given: '1,5 RLC', problem: 'a comma is not a decimal point', hint: 'Write "1.5 RLC".' }).message
 * // 'Cannot read "1,5 RLC": a comma is not a decimal point. Write "1.5 RLC".'
 */
export class InputError extends Error {
  override readonly name: string = 'InputError'
  readonly code: string
  readonly given: string
  readonly hint: string

  constructor(parts: InputErrorParts, options?: { readonly cause?: unknown }) {
    super(`Cannot read ${quote(parts.given)}: ${parts.problem}. ${parts.hint}`, options)
    this.code = parts.code
    this.given = parts.given
    this.hint = parts.hint
  }
}

// How the words of failures are named: what is told is checked against the English ones, and the other languages are as they are.
import type { failures } from '../../language/en/failures.ts'

/** What can be said first; the words are `failures:say.<name>`. */
export type Headline = keyof typeof failures.say

/** What can stand against orders or a call; the words are `failures:reason.<name>`. */
export type Reason = keyof typeof failures.reason

/** What one can do; the words are `failures:do.<name>`. */
export type Advice = keyof typeof failures.do

/** A sentence, by its name in the words of a language, and what is filled in. */
export type Said<Name extends string> = { readonly name: Name; readonly values: Readonly<Record<string, string>> }

/** Values that an error has for programs. */
export type Details = Readonly<Record<string, unknown>>

/** Whether a value is there. */
export function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** Whether something has values at all. */
export function isDetails(value: unknown): value is Details {
  return typeof value === 'object' && value !== null
}

// Reads a file of a listing, and says everything that is wrong with it, each in one sentence.
import type { z } from 'zod'

/** Something wrong in a file: where, by keys and places, and a sentence about it. */
export type ListingFault = { readonly path: readonly (string | number)[]; readonly sentence: string }

/** What came of reading a file: its value, or everything that is wrong with it. */
export type ReadListingFile<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly faults: readonly ListingFault[] }

/**
 * Reads a file of a listing, and tells everything that is wrong with it at once.
 *
 * @example
 * readListingFile(iexecListingFile.app, { description: 'short' })
 * // { ok: false, faults: [{ path: ['description'], sentence: '"description" must have 150 characters at least, and has 5.' }, …] }
 */
export function readListingFile<Value>(schema: z.ZodType<Value>, given: unknown): ReadListingFile<Value> {
  const result = schema.safeParse(given)
  if (result.success) return { ok: true, value: result.data }
  return { ok: false, faults: result.error.issues.flatMap((issue) => faultsOf(issue, given)) }
}

function faultsOf(issue: z.core.$ZodIssue, given: unknown): readonly ListingFault[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], sentence: `${named([...path, key])} is not known here.` }))
  }
  if (issue.code === 'invalid_key') {
    const key = issue.issues[0]?.message ?? 'right'
    return [{ path, sentence: `Keys of ${named(path.slice(0, -1))} must be ${key}, not "${path.at(-1) ?? ''}".` }]
  }
  const value = path.reduce(valueIn, given)
  if (value === undefined) return [{ path, sentence: `${named(path)} is missing.` }]
  return [{ path, sentence: `${named(path)} must ${wanted(issue, value)}.` }]
}

function valueIn(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined
}

function named(path: readonly (string | number)[]): string {
  return path.length === 0 ? 'The file' : `"${path.join('.')}"`
}

function wanted(issue: z.core.$ZodIssue, value: unknown): string {
  const shown = shorten(value)
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const [limit, words] = issue.code === 'too_small' ? [issue.minimum, 'at least'] : [issue.maximum, 'at most']
    if (issue.origin === 'string') {
      return Number(limit) === 1 && words === 'at least'
        ? 'not be empty'
        : `have ${limit} characters ${words}, and has ${String(value).length}`
    }
    if (issue.origin === 'array') return `have ${limit} ${Number(limit) === 1 ? 'entry' : 'entries'} ${words}`
    return `be ${limit} ${words}, not ${shown}`
  }
  if (issue.code === 'invalid_format' || issue.code === 'custom') return `be ${issue.message}, not ${shown}`
  if (issue.code === 'invalid_type') return `be ${article(issue.expected)}, not ${shown}`
  if (issue.code === 'invalid_union') return `be ${unionWords(issue)}, not ${shown}`
  if (issue.code === 'invalid_value') return `be ${issue.values.map(String).join(' or ')}, not ${shown}`
  return `be right, not ${shown}`
}

/** What the last of several forms says of itself, when it says anything. */
function unionWords(issue: z.core.$ZodIssueInvalidUnion): string {
  const told = issue.errors.flat().find(({ code }) => code === 'invalid_format')
  if (told !== undefined) return told.message
  if (issue.discriminator === 'kind') return 'text, number, choice, switch or file'
  const types = issue.errors.flat().flatMap((one) => (one.code === 'invalid_type' ? [article(one.expected)] : []))
  return types.length > 0 ? types.join(' or ') : 'right'
}

function article(type: string): string {
  if (type === 'record' || type === 'object') return 'an object'
  if (type === 'string') return 'a text'
  if (type === 'int') return 'a whole number'
  return /^[aeiou]/u.test(type) ? `an ${type}` : `a ${type}`
}

/** Values are shown short: what strangers propose may be a megabyte. */
function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

// Reads what strangers send: either the value, or one sentence that says what is wrong with it.
import type { z } from 'zod'

/** What came of reading a message: the value, or the first thing that is wrong with it. */
export type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: string }

/**
 * Reads a message. Its fields are judged in the order in which the schema lists them, and the first fault is told.
 *
 * @param name what the value is called in sentences about it; nothing for the fields of a query, `order` for those of an order
 * @example
 * read(pagedQuery, { pageSize: '3' }) // { ok: false, error: 'pageSize must be greater than or equal to 10' }
 */
export function read<Value>(schema: z.ZodType<Value>, given: unknown, name?: string): Read<Value> {
  const result = schema.safeParse(given)
  if (result.success) return { ok: true, value: result.data }
  // A fault is worded as what is said of its field, so the field's name is the sentence's subject.
  const [fault] = result.error.issues
  const subject = [...(name === undefined ? [] : [name]), ...(fault?.path ?? [])].join('.')
  return { ok: false, error: [subject, fault?.message ?? 'is not valid'].filter((part) => part !== '').join(' ') }
}

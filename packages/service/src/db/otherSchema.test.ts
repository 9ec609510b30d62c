// Which failures of a migration are those of others.
import { expect, test } from 'vitest'
import { isOfOtherSchema } from './otherSchema.ts'

const gone = (message: string, code = '3F000'): Error => Object.assign(new Error(message), { code })

test('a schema that is gone is another one, also when its name begins like ours', () => {
  expect(isOfOtherSchema(gone('schema "test_11" does not exist'), 'test_11')).toBe(false)
  expect(isOfOtherSchema(gone('schema "test_110" does not exist'), 'test_11')).toBe(true)
  expect(isOfOtherSchema(gone('schema "test_2" does not exist'), 'test_11')).toBe(true)
})

test('a table that is gone belongs to the schema before its point', () => {
  expect(isOfOtherSchema(gone('relation "test_11.task" does not exist', '42P01'), 'test_11')).toBe(false)
  expect(isOfOtherSchema(gone('relation "test_110.task" does not exist', '42P01'), 'test_11')).toBe(true)
})

test('a column that is gone may be of another schema', () => {
  expect(isOfOtherSchema(gone('column "is_locked" of relation "lock" does not exist', '42703'), 'test_11')).toBe(true)
  expect(isOfOtherSchema(gone('cache lookup failed for relation 1', 'XX000'), 'test_11')).toBe(true)
})

test('any other failure is our own', () => {
  expect(isOfOtherSchema(gone('syntax error', '42601'), 'test_11')).toBe(false)
})

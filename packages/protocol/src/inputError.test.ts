import { expect, test } from 'vitest'
import { InputError } from './inputError.ts'

const kept = { code: 'InvalidAmount', given: '1,5 RLC', hint: 'Write "1.5 RLC".' }
const parts = { ...kept, problem: 'a comma can mean two things' }

test('says what was given, what is wrong with it, and what to write', () => {
  const error = new InputError(parts)

  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'InputError', ...kept })
  expect(error.message).toBe('Cannot read "1,5 RLC": a comma can mean two things. Write "1.5 RLC".')
})

test('shortens what is too long for a line, and keeps it whole beside', () => {
  const given = 'x'.repeat(1000)

  const error = new InputError({ ...parts, given })

  expect(error.message.length).toBeLessThan(250)
  expect(error.given).toBe(given)
})

test('keeps its cause', () => {
  const cause = new Error('first')

  expect(new InputError(parts, { cause }).cause).toBe(cause)
})

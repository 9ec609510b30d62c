// Why something failed, in one line.
import { expect, test } from 'vitest'
import { sayWhy } from './sayWhy.ts'

test('of several lines the first is said, and of something that is no error what it is', () => {
  expect(sayWhy(new Error('It broke.\nhttps://node.example/secret'))).toBe('It broke.')
  expect(sayWhy('no')).toBe('no')
})

test('a fetch that nobody answered says what was in the way', async () => {
  const error: unknown = await fetch('http://127.0.0.1:1').catch((cause: unknown) => cause)

  expect(sayWhy(error)).toMatch(/^(connect ECONNREFUSED 127\.0\.0\.1:1|bad port)$/u)
})

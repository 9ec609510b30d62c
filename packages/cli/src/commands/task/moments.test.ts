// Moments and lengths of time, on both sides of every unit.
import { expect, test } from 'vitest'
import { spanText, whenText } from './moments.ts'

test.each([
  [0n, '0 s'],
  [59n, '59 s'],
  [60n, '1 min'],
  [3599n, '59 min'],
  [3600n, '1 h'],
  [3660n, '1 h 1 min'],
  [172_799n, '47 h 59 min'],
  [172_800n, '2 days'],
])('%s seconds are %s', (seconds, text) => {
  expect(spanText(seconds)).toBe(text)
})

test('a moment says how far it is, ahead and behind', () => {
  expect(whenText(300n, 60n)).toBe('in 4 min (1970-01-01T00:05:00Z)')
  expect(whenText(300n, 300n)).toBe('0 s ago (1970-01-01T00:05:00Z)')
  expect(whenText(300n, 3900n)).toBe('1 h ago (1970-01-01T00:05:00Z)')
})

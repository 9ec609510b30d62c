import { expect, test } from 'vitest'
import { sayDuration } from './duration.ts'

test.each([
  [0, '0 sec'],
  [8.5, '8.5 sec'],
  [59, '59 sec'],
  [60, '1 min'],
  [300, '5 min'],
  [5_430, '1 hr 30 min'],
  [36_000, '10 hr'],
  [90_061, '1 day 1 hr'],
])('%d seconds are said as %j', (seconds, words) => {
  expect(sayDuration(seconds, 'en')).toBe(words)
})

import { expect, test } from 'vitest'
import { sayDistance } from './Moment.tsx'

test.each([
  [0, 'now'],
  [-1_999, '1 second ago'],
  [-59_999, '59 seconds ago'],
  [-60_000, '1 minute ago'],
  [3_600_000, 'in 1 hour'],
  [86_400_000, 'tomorrow'],
  [-172_800_000, '2 days ago'],
])('a moment that is %d ms away is %j', (milliseconds, words) => {
  expect(sayDistance(milliseconds, 'en')).toBe(words)
})

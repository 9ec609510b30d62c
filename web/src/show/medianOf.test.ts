import { expect, test } from 'vitest'
import { medianOf } from './medianOf.ts'

test.each([
  [[], undefined],
  [[7], 7],
  [[9, 1, 5], 5],
  [[3, 1, 8, 2], 2.5],
])('the median of %j is %j', (numbers, median) => {
  expect(medianOf(numbers)).toBe(median)
})

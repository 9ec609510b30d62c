import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { workerWeight } from '../consensus/weight.ts'
import { nextScore } from './score.ts'

test.each([
  [0n, 0n],
  [1n, 0n],
  [2n, 1n],
  [4n, 2n],
  [300n, 200n],
])('a fault takes a third of a score of %d and leaves %d', (score, left) => {
  expect(nextScore(score, 'faulty')).toBe(left)
})

test('an accurate contribution never lowers a weight, and a faulty one never raises it', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n), (score) => {
      expect(nextScore(score, 'accurate')).toBe(score + 1n)
      expect(workerWeight(nextScore(score, 'faulty'))).toBeLessThanOrEqual(workerWeight(score))
    }),
  )
})

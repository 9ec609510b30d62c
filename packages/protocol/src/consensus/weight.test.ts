import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logWeight, workerWeight } from './weight.ts'

describe('workerWeight', () => {
  test.each([
    [0n, 2n],
    [9n, 2n],
    [11n, 2n],
    [12n, 3n],
    [14n, 3n],
    [15n, 4n],
    [300n, 99n],
  ])('a score of %d weighs %d', (score, weight) => {
    expect(workerWeight(score)).toBe(weight)
  })

  test('never falls when the score grows, and never lies below 2', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), fc.bigInt(0n, 10n ** 9n), (score, more) => {
        expect(workerWeight(score)).toBeGreaterThanOrEqual(2n)
        expect(workerWeight(score + more)).toBeGreaterThanOrEqual(workerWeight(score))
      }),
    )
  })
})

describe('logWeight', () => {
  test.each([
    [1n, 0n],
    [2n, 1n],
    [3n, 1n],
    [4n, 2n],
    [7n, 2n],
    [8n, 3n],
    [99n, 6n],
  ])('floor(log2(%d)) is %d', (weight, log) => {
    expect(logWeight(weight)).toBe(log)
  })

  test('is the power of two that lies just at or below the weight', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 256n), (weight) => {
        const log = logWeight(weight)

        expect(2n ** log).toBeLessThanOrEqual(weight)
        expect(2n ** (log + 1n)).toBeGreaterThan(weight)
      }),
    )
  })

  test('a weight below 1 is a broken promise', () => {
    expect(() => logWeight(0n)).toThrow(RangeError)
  })
})

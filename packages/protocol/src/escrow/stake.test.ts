import fc from 'fast-check'
import { expect, test } from 'vitest'
import { taskPrice, workerStake, workerpoolStake } from './stake.ts'

test('the sponsor pays app, dataset and workerpool', () => {
  expect(taskPrice({ app: 3n, dataset: 5n, workerpool: 7n })).toBe(15n)
})

test.each([
  [0n, 0n],
  [3n, 0n],
  [4n, 1n],
  [99n, 29n],
  [100n, 30n],
])('for a price of %d the pool owner stakes %d', (price, stake) => {
  expect(workerpoolStake(price)).toBe(stake)
})

test('a worker stakes what the policy says, also more than the price', () => {
  expect(workerStake(99n, 30n)).toBe(29n)
  expect(workerStake(99n, 0n)).toBe(0n)
  expect(workerStake(99n, 250n)).toBe(247n)
})

test('stakes for many tasks never exceed the stake of the sum: the division comes first', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 96n - 1n), fc.bigInt(1n, 10n ** 6n), (price, volume) => {
      expect(workerpoolStake(price) * volume).toBeLessThanOrEqual((price * volume * 30n) / 100n)
    }),
  )
})

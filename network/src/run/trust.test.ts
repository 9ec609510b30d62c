// What the first sale asks of the pool, the pool sells.
import { workerWeight } from '@iexec/protocol'
import { assert, bigInt, array, property } from 'fast-check'
import { expect, test } from 'vitest'
import { trustOf, trustsSold } from './trust.ts'

test('for all scores, what is asked is sold, the workers reach it, and it takes all of them unless fewer reach the highest on sale', () => {
  const scores = array(bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 24 })

  assert(
    property(scores, (known) => {
      const { trust, needed } = trustOf(known)
      const sold = trustsSold(known.length)
      const weights = known.map(workerWeight).toSorted((one, other) => Number(other - one))
      const weightOf = (count: number): bigint => weights.slice(0, count).reduce((all, one) => all * one, 1n)

      expect(sold).toContain(trust)
      expect(weightOf(needed)).toBeGreaterThanOrEqual(trust)
      expect(weightOf(needed - 1)).toBeLessThan(trust)
      if (needed < known.length) expect(trust).toBe(sold.at(-1))
    }),
  )
})

test.each([
  ['three workers whom nobody knows', [0n, 0n, 0n], { trust: 8n, needed: 3 }],
  ['three workers who have done hundreds of tasks', [387n, 387n, 387n], { trust: 2n ** 20n, needed: 3 }],
  ['three workers of whom two reach all that is sold', [3_075n, 3_075n, 3_075n], { trust: 2n ** 20n, needed: 2 }],
  ['eight workers beyond what is sold', Array.from({ length: 8 }, () => 27n), { trust: 2n ** 20n, needed: 7 }],
  [
    'more new workers than the usual trusts are for',
    Array.from({ length: 22 }, () => 0n),
    { trust: 2n ** 22n, needed: 22 },
  ],
])('of %s the trust is asked that the pool sells', (_, scores, asked) => {
  expect(trustOf(scores)).toEqual(asked)
})

import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bumpFees, capFees, isBelow, priceOf, type Fees } from './fees.ts'

const BOUNDS = { cap: 1_000n, bumpPercent: 12.5 }

function eip1559(maxFeePerGas: bigint, maxPriorityFeePerGas: bigint): Fees {
  return { type: 'eip1559', maxFeePerGas, maxPriorityFeePerGas }
}

function legacy(gasPrice: bigint): Fees {
  return { type: 'legacy', gasPrice }
}

const wei = fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: 10n ** 13n }))
const dynamic = fc.tuple(wei, wei).map(([one, other]) => (one > other ? eip1559(one, other) : eip1559(other, one)))
const anyFees = fc.oneof(dynamic, wei.map(legacy))
const percents = fc.integer({ min: 0, max: 1_000 }).map((perMille) => perMille / 10)

test('a replacement pays an eighth more in price and in tip, rounded up', () => {
  expect(bumpFees(eip1559(80n, 8n), eip1559(1n, 1n), BOUNDS)).toEqual(eip1559(90n, 9n))
  expect(bumpFees(eip1559(81n, 9n), eip1559(1n, 1n), BOUNDS)).toEqual(eip1559(92n, 11n))
  expect(bumpFees(legacy(80n), legacy(1n), BOUNDS)).toEqual(legacy(90n))
})

test('and what the market asks when that is more', () => {
  expect(bumpFees(eip1559(80n, 8n), eip1559(200n, 30n), BOUNDS)).toEqual(eip1559(200n, 30n))
})

test('but no more than the cap, the tip too', () => {
  expect(bumpFees(eip1559(80n, 8n), eip1559(2_000n, 1_500n), BOUNDS)).toEqual(eip1559(1_000n, 1_000n))
})

test('the cap may be reached, and not passed', () => {
  expect(bumpFees(legacy(80n), legacy(0n), { cap: 90n, bumpPercent: 12.5 })).toEqual(legacy(90n))
  expect(bumpFees(legacy(80n), legacy(0n), { cap: 89n, bumpPercent: 12.5 })).toBeUndefined()
})

test('of nothing, the least that is more is one wei', () => {
  expect(bumpFees(legacy(0n), legacy(0n), { cap: 1n, bumpPercent: 12.5 })).toEqual(legacy(1n))
  expect(bumpFees(legacy(0n), legacy(0n), { cap: 0n, bumpPercent: 12.5 })).toBeUndefined()
})

test('every replacement is more than before in both, within the cap, and has a tip no higher than its price', () => {
  fc.assert(
    fc.property(anyFees, anyFees, fc.record({ cap: wei, bumpPercent: percents }), (old, market, bounds) => {
      const { cap, bumpPercent } = bounds
      const fees = bumpFees(old, market, bounds)

      if (fees === undefined) return
      expect(fees.type).toBe(old.type)
      expect(priceOf(fees)).toBeLessThanOrEqual(cap)
      expect(priceOf(fees)).toBeGreaterThan(priceOf(old))
      expect(priceOf(fees) * 1_000n).toBeGreaterThanOrEqual(priceOf(old) * BigInt(1_000 + Math.round(bumpPercent * 10)))
      if (fees.type === 'legacy' || old.type === 'legacy') return
      expect(fees.maxPriorityFeePerGas).toBeGreaterThan(old.maxPriorityFeePerGas)
      expect(fees.maxPriorityFeePerGas).toBeLessThanOrEqual(fees.maxFeePerGas)
    }),
  )
})

test('capped fees are at most the cap, and the same when they were', () => {
  fc.assert(
    fc.property(anyFees, wei, (fees, cap) => {
      const capped = capFees(fees, cap)

      expect(priceOf(capped)).toBe(priceOf(fees) < cap ? priceOf(fees) : cap)
      if (priceOf(fees) <= cap) expect(capped).toEqual(fees)
      if (capped.type === 'eip1559') expect(capped.maxPriorityFeePerGas).toBeLessThanOrEqual(capped.maxFeePerGas)
    }),
  )
})

test('fees are below others when either price or tip is', () => {
  expect(isBelow(eip1559(9n, 5n), eip1559(10n, 5n))).toBe(true)
  expect(isBelow(eip1559(10n, 4n), eip1559(10n, 5n))).toBe(true)
  expect(isBelow(eip1559(10n, 5n), eip1559(10n, 5n))).toBe(false)
})

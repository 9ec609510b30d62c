// Candles stand inside their picture, the dearest on top.
import type { PriceItem } from '@iexec/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawCandles } from './candles.ts'

const SIZE = { width: 600, height: 200 }

const price = fc.integer({ min: 0, max: 1_000_000_000 })
const days: fc.Arbitrary<readonly PriceItem[]> = fc.array(
  fc.tuple(price, price, price, price).map((prices) => {
    const [open, close] = prices
    return {
      day: '2026-01-01',
      category: 0,
      open,
      close,
      high: Math.max(...prices),
      low: Math.min(...prices),
      mean: open,
      deals: 1,
      tasks: 1,
    }
  }),
  { minLength: 1, maxLength: 60 },
)

test('every candle stands inside of the picture, its body inside of its wick', () => {
  fc.assert(
    fc.property(days, (prices) => {
      for (const { x, width, wickTop, top, bottom, wickBottom } of drawCandles(prices, SIZE).candles) {
        expect(x - width / 2).toBeGreaterThanOrEqual(0)
        expect(x + width / 2).toBeLessThanOrEqual(SIZE.width)
        expect([0, wickTop, top, bottom, wickBottom, SIZE.height]).toEqual(
          [0, wickTop, top, bottom, wickBottom, SIZE.height].toSorted((one, other) => one - other),
        )
      }
    }),
  )
})

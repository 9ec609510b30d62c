import type { PriceItem, StatItem } from '@iexec/wire'
import { expect, test } from 'vitest'
import { daysUntil, fillDays, fillPrices } from './figures.ts'

const stat: StatItem = {
  day: '2026-02-28',
  subject: 'all',
  deals: 1,
  tasks: 5,
  completed: 4,
  fruitless: 1,
  failed: 1,
  paid: 1_500_000_000,
  successRate: 0.6,
  meanLatency: 8.5,
  maxLatency: 9,
}

test('days end with today in UTC, over the ends of months', () => {
  expect(daysUntil(Date.parse('2026-03-01T23:59:59Z'), 3)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
})

test('days without figures count nothing, and nothing can be said of their success', () => {
  const filled = fillDays([stat], ['2026-02-27', '2026-02-28'])

  expect(filled.bought).toEqual([0, 5])
  expect([filled.fruitful, filled.fruitless]).toEqual([
    [0, 3],
    [0, 2],
  ])
  expect(filled.paid).toEqual([0, 1.5])
  expect(filled.success).toEqual([null, 0.6])
  expect(filled.longest).toEqual([null, 9])
})

test('each category has its prices, the smallest number first', () => {
  const price: PriceItem = {
    day: '2026-02-28',
    category: 3,
    open: 1,
    high: 1,
    low: 1,
    close: 1,
    mean: 2_000_000_000,
    deals: 1,
    tasks: 1,
  }

  expect(fillPrices([price, { ...price, category: 0, day: '2026-02-27' }], ['2026-02-27', '2026-02-28'])).toEqual([
    { category: 0, prices: [2, null] },
    { category: 3, prices: [null, 2] },
  ])
})

// Figures of the market by day, filled up: days on which nothing happened are part of a chart.
import type { PriceItem, StatItem } from '@iexec/wire'

/** How many days charts may show. */
export const CHART_DAYS = [30, 90, 365] as const

const DAY_MS = 86_400_000

/**
 * The days until today, in UTC.
 *
 * @param now milliseconds since 1970
 * @example
 * daysUntil(Date.parse('2026-03-01T10:00:00Z'), 2) // ['2026-02-28', '2026-03-01']
 */
export function daysUntil(now: number, count: number): readonly string[] {
  const today = now - (now % DAY_MS)
  return Array.from({ length: count }, (_, place) => dayOf(today - (count - 1 - place) * DAY_MS))
}

/** A day in UTC, `YYYY-MM-DD`. */
function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}

/** What is shown of days, one value for each. */
export type DayFigures = {
  readonly days: readonly string[]
  readonly bought: readonly number[]
  /** Tasks that ended: those with a result, and those without, whether the workers agreed on that or nobody finished them. */
  readonly fruitful: readonly number[]
  readonly fruitless: readonly number[]
  /** RLC, for pictures; it is exact as long as a day moves less than 9 million RLC. */
  readonly paid: readonly number[]
  /** 0 to 1. */
  readonly success: readonly (number | null)[]
  /** Seconds. */
  readonly mean: readonly (number | null)[]
  readonly longest: readonly (number | null)[]
}

/**
 * Puts each day's figures in its place.
 *
 * @example
 * fillDays([], ['2026-01-01']).bought // [0]
 */
export function fillDays(stats: readonly StatItem[], days: readonly string[]): DayFigures {
  const byDay = new Map(stats.map((stat) => [stat.day, stat]))
  const each = <Value>(read: (stat: StatItem) => Value, none: Value): readonly Value[] =>
    days.map((day) => {
      const stat = byDay.get(day)
      return stat === undefined ? none : read(stat)
    })
  return {
    days,
    bought: each(({ tasks }) => tasks, 0),
    fruitful: each(({ completed, fruitless }) => completed - fruitless, 0),
    fruitless: each(({ fruitless, failed }) => fruitless + failed, 0),
    paid: each(({ paid }) => paid / 1e9, 0),
    success: each<number | null>(({ successRate }) => successRate, null),
    mean: each<number | null>(({ meanLatency }) => meanLatency, null),
    longest: each<number | null>(({ maxLatency }) => maxLatency, null),
  }
}

/** The mean prices of one category, in RLC. */
export type CategoryPrices = { readonly category: number; readonly prices: readonly (number | null)[] }

/**
 * Puts the mean prices of each category on each day in their places.
 *
 * @example
 * fillPrices([], ['2026-01-01']) // []
 */
export function fillPrices(prices: readonly PriceItem[], days: readonly string[]): readonly CategoryPrices[] {
  const categories = [...new Set(prices.map(({ category }) => category))].toSorted((one, other) => one - other)
  return categories.map((category) => {
    const byDay = new Map(
      prices.filter((price) => price.category === category).map(({ day, mean }) => [day, mean / 1e9]),
    )
    return { category, prices: days.map((day) => byDay.get(day) ?? null) }
  })
}

// What happened on each day, and what was paid.
import type { Address } from 'viem'
import { z } from 'zod'
import { day, oneOf, soughtAddress, soughtWhole, whole } from './field.ts'
import { address, count } from './shape.ts'

/** One day (UTC) of everything, of one app or of one workerpool. */
export type StatItem = {
  /** `YYYY-MM-DD` */
  readonly day: string
  readonly subject: Address | 'all'
  readonly deals: number
  readonly tasks: number
  /** Paid: those with a result, and those on whose failure the workers agreed. */
  readonly completed: number
  /** Of those that were completed: how many have a failure in place of a result. */
  readonly fruitless: number
  readonly failed: number
  /** nRLC paid for completed tasks. */
  readonly paid: number
  /** Share of the ended tasks that have a result, 0 to 1; null when none ended. */
  readonly successRate: number | null
  /** Seconds from the deal's start to the result; null when no task has one. */
  readonly meanLatency: number | null
  readonly maxLatency: number | null
}

/** Reads a day. */
export const statItem: z.ZodType<StatItem> = z
  .object({
    day: z.iso.date(),
    subject: z.union([z.literal('all'), address]),
    deals: count,
    tasks: count,
    completed: count,
    fruitless: count,
    failed: count,
    paid: count,
    successRate: z.number().min(0).max(1).nullable(),
    meanLatency: z.number().nullable(),
    maxLatency: z.number().nullable(),
  })
  .meta({ id: 'Statistics' })

/** Which days of what; `subject` in lower case. Newest first. */
export type StatQuery = {
  readonly subject: Address | 'all'
  /** First and last day, `YYYY-MM-DD`, both included. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** Reads which days of what: `app` or `workerpool` choose a subject, else it is everything. */
export const statQuery: z.ZodType<StatQuery> = z
  .object({
    app: soughtAddress.optional(),
    workerpool: soughtAddress.optional(),
    from: day.optional(),
    to: day.optional(),
  })
  .refine(({ from = '', to = from }) => from <= to, { path: ['from'], message: 'must not be after to' })
  .transform(({ app, workerpool, from, to }) => ({ subject: app ?? workerpool ?? 'all', from, to }))

/** What a task of a category cost on one day, or in one hour. Prices of the workerpool in nRLC. */
export type PriceItem = {
  /** `YYYY-MM-DD` */
  readonly day: string
  /** Only in prices by the hour: 0 to 23, UTC. */
  readonly hour?: number | undefined
  readonly category: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Weighted by tasks. */
  readonly mean: number
  readonly deals: number
  readonly tasks: number
}

/** Reads the prices of a day. */
export const priceItem: z.ZodType<PriceItem> = z
  .object({
    day: z.iso.date(),
    hour: z.int().min(0).max(23).optional(),
    category: count,
    open: count,
    high: count,
    low: count,
    close: count,
    mean: z.number(),
    deals: count,
    tasks: count,
  })
  .meta({ id: 'Price' })

/** Which prices: of one category, or of all of them. Newest first. */
export type PriceQuery = {
  readonly category?: number | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly per?: 'day' | 'hour' | undefined
  /** How many days (or hours) at most. */
  readonly days: number
}

/** Reads which prices. */
export const priceQuery: z.ZodType<PriceQuery> = z.object({
  category: soughtWhole,
  from: day.optional(),
  to: day.optional(),
  per: oneOf(['day', 'hour']).optional(),
  days: whole({ min: 1, max: 1000 }).default(90),
})

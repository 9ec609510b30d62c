// Match: the cheapest orders that really fit a wish, or what would have to change.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { NO_TAG } from '@iexec/protocol'
import { bytes32, soughtAddress, soughtWhole, whole } from './field.ts'
import { orderItem, type OrderItem } from './order/item.ts'
import { count } from './shape.ts'

/** What a requester wants. Addresses in lower case; prices in nRLC per task, absent is without limit. */
export type MatchWish = {
  readonly app: Address
  readonly dataset?: Address | undefined
  /** Only this workerpool. */
  readonly workerpool?: Address | undefined
  /** Whom restrictions must let in; without one only orders are found that are open to everybody. */
  readonly requester?: Address | undefined
  readonly category: number
  readonly tag: Hex
  readonly trust: number
  /** Tasks. */
  readonly volume: number
  readonly appmaxprice?: number | undefined
  readonly datasetmaxprice?: number | undefined
  readonly workerpoolmaxprice?: number | undefined
}

/** Reads a wish. */
export const matchWish: z.ZodType<MatchWish> = z.object({
  app: soughtAddress,
  dataset: soughtAddress.optional(),
  workerpool: soughtAddress.optional(),
  requester: soughtAddress.optional(),
  category: whole(),
  tag: bytes32.default(NO_TAG),
  trust: whole().default(1),
  volume: whole({ min: 1 }).default(1),
  appmaxprice: soughtWhole,
  datasetmaxprice: soughtWhole,
  workerpoolmaxprice: soughtWhole,
})

/** One thing in a wish, or in the book, that would have to be otherwise. */
export type MatchChange = {
  /** The field of the wish. */
  readonly field: keyof MatchWish
  /** A stable name, such as `PriceTooHigh`. */
  readonly reason: string
  /** What the wish says, and what would do; null when no value of the field would. */
  readonly wanted: string | number | null
  readonly needed: string | number | null
  /** One sentence for people. */
  readonly sentence: string
}

/** Orders that fit, or why none do. */
export type MatchAnswer =
  | {
      readonly found: true
      readonly apporder: OrderItem<'apporder'>
      /** Null when the wish has no dataset. */
      readonly datasetorder: OrderItem<'datasetorder'> | null
      readonly workerpoolorder: OrderItem<'workerpoolorder'>
      /** How many of the wished tasks these orders can do together. */
      readonly volume: number
      /** nRLC for one task. */
      readonly pricePerTask: number
    }
  | { readonly found: false; readonly changes: readonly MatchChange[] }

const change: z.ZodType<MatchChange> = z
  .object({
    field: z.enum([
      'app',
      'dataset',
      'workerpool',
      'requester',
      'category',
      'tag',
      'trust',
      'volume',
      'appmaxprice',
      'datasetmaxprice',
      'workerpoolmaxprice',
    ]),
    reason: z.string(),
    wanted: z.union([z.string(), z.number()]).nullable(),
    needed: z.union([z.string(), z.number()]).nullable(),
    sentence: z.string(),
  })
  .meta({ id: 'MatchChange' })

/** Reads the answer to a wish. */
export const matchAnswer: z.ZodType<MatchAnswer> = z.discriminatedUnion('found', [
  z.object({
    found: z.literal(true),
    apporder: orderItem.apporder,
    datasetorder: orderItem.datasetorder.nullable(),
    workerpoolorder: orderItem.workerpoolorder,
    volume: count,
    pricePerTask: count,
  }),
  z.object({ found: z.literal(false), changes: z.array(change) }),
])

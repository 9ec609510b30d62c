// Match: the cheapest orders that really fit a wish, or what would have to change.
import type { Address, Hex } from 'viem'
import { z } from 'zod'
import { NO_ADDRESS, NO_TAG } from '@iexec/protocol'
import { bytes32, soughtAddress, soughtWhole, whole } from './field.ts'
import { orderItem, type OrderItem } from './order/item.ts'
import { address, count, hex } from './shape.ts'

/** What a requester wants. Addresses in lower case; prices in nRLC per task, absent is without limit. */
export type MatchWish = {
  readonly app: Address
  /** The zero address means none. */
  readonly dataset?: Address | undefined
  /** Only this workerpool; the zero address means any. */
  readonly workerpool?: Address | undefined
  /** Whom restrictions must let in; without one only orders are found that are open to everybody. */
  readonly requester?: Address | undefined
  readonly category: number
  readonly tag: Hex
  /**
   * The trust of the request order: the hub wants at least this of a workerpool order. 0 asks for none; 1 does not, although
   * lists ignore a `minTrust` of 1 and a deal has a trust of at least 1.
   */
  readonly trust: number
  /** Tasks. */
  readonly volume: number
  readonly appmaxprice?: number | undefined
  readonly datasetmaxprice?: number | undefined
  readonly workerpoolmaxprice?: number | undefined
  /** The most for one task, all orders together. */
  readonly maxprice?: number | undefined
}

/** Reads a wish. */
export const matchWish: z.ZodType<MatchWish> = z.object({
  app: soughtAddress,
  dataset: soughtAddress.optional(),
  workerpool: soughtAddress.optional(),
  // The zero account signs nothing, so nothing that was said of it would be true.
  requester: soughtAddress.refine((account) => account !== NO_ADDRESS, 'must not be the zero address').optional(),
  category: whole(),
  tag: bytes32.default(NO_TAG),
  trust: whole().default(0),
  volume: whole({ min: 1 }).default(1),
  appmaxprice: soughtWhole,
  datasetmaxprice: soughtWhole,
  workerpoolmaxprice: soughtWhole,
  maxprice: soughtWhole,
})

/** Orders that make a deal of so many tasks together. */
export type MatchedSet = {
  readonly apporder: OrderItem<'apporder'>
  /** Null when the wish has no dataset. */
  readonly datasetorder: OrderItem<'datasetorder'> | null
  readonly workerpoolorder: OrderItem<'workerpoolorder'>
  readonly volume: number
  /** nRLC for one task. */
  readonly taskPrice: number
}

/** One thing in a wish, or in the book, that would have to be otherwise. */
export type MatchChange = {
  /** The field of the wish. */
  readonly field: keyof MatchWish
  /** Name of the protocol's mismatch, or `TotalPriceTooHigh`, `TooManySets`, `NoAppOrder`, `NoDatasetOrder`, `NoWorkerpoolOrder`. */
  readonly reason: string
  /** What the wish says, and what would do; null when no value of the field would. */
  readonly wanted: string | number | null
  readonly needed: string | number | null
  /** One sentence for people, without capital and full stop. */
  readonly sentence: string
}

/** What would have to change for some orders to fit. */
export type MatchSuggestion = {
  readonly changes: readonly MatchChange[]
  /** The orders that would fit then; null when there are none, whatever the wish. */
  readonly orders: {
    readonly apporder: Hex
    readonly datasetorder: Hex | null
    readonly workerpoolorder: Hex
    /** nRLC for one task. */
    readonly taskPrice: number
  } | null
}

/** What the requester has free, and what the deals lock. nRLC. */
export type RequesterStake = {
  readonly account: Address
  readonly free: number
  readonly needed: number
  /** What has to be deposited before. */
  readonly missing: number
}

/** The cheapest orders that fit a wish, or why none do. */
export type MatchAnswer =
  | {
      readonly found: true
      /** The cheapest first. */
      readonly matches: readonly MatchedSet[]
      /** Tasks of all sets, perhaps fewer than were wished. */
      readonly volume: number
      /** nRLC for all tasks. */
      readonly totalPrice: number
      /** Null when the wish names no requester. */
      readonly requesterStake: RequesterStake | null
      /** What would have to change for the tasks that are missing; the least first. Empty when none are, or when not complete. */
      readonly missing: readonly MatchSuggestion[]
      /** Whether everything was looked at. If not, there may be cheaper orders. */
      readonly isComplete: boolean
    }
  | { readonly found: false; readonly missing: readonly MatchSuggestion[]; readonly isComplete: boolean }

const change: z.ZodType<MatchChange> = z.object({
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
    'maxprice',
  ]),
  reason: z.string(),
  wanted: z.union([z.string(), z.number()]).nullable(),
  needed: z.union([z.string(), z.number()]).nullable(),
  sentence: z.string(),
})

const suggestion: z.ZodType<MatchSuggestion> = z.object({
  changes: z.array(change),
  orders: z.object({ apporder: hex, datasetorder: hex.nullable(), workerpoolorder: hex, taskPrice: count }).nullable(),
})

/** Reads the answer to a wish. */
export const matchAnswer: z.ZodType<MatchAnswer> = z.discriminatedUnion('found', [
  z.object({
    found: z.literal(true),
    matches: z.array(
      z.object({
        apporder: orderItem.apporder,
        datasetorder: orderItem.datasetorder.nullable(),
        workerpoolorder: orderItem.workerpoolorder,
        volume: count,
        taskPrice: count,
      }),
    ),
    volume: count,
    totalPrice: count,
    requesterStake: z.object({ account: address, free: count, needed: count, missing: count }).nullable(),
    missing: z.array(suggestion),
    isComplete: z.boolean(),
  }),
  z.object({ found: z.literal(false), missing: z.array(suggestion), isComplete: z.boolean() }),
])

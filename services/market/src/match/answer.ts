// What a wish is answered: sets of orders, and what would have to change to get more.
import type { MatchWish as WireWish, OrderItem } from '@iexec/wire'
import type { Address, Hex } from 'viem'

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
  readonly field: keyof WireWish | 'maxprice'
  /** Name of the protocol's mismatch, or `TotalPriceTooHigh`, `NoAppOrder`, `NoDatasetOrder`, `NoWorkerpoolOrder`. */
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
      /** What would have to change for the tasks that are missing; the least first. Empty when none are. */
      readonly missing: readonly MatchSuggestion[]
      /** Whether everything was looked at. If not, there may be cheaper orders. */
      readonly isComplete: boolean
    }
  | { readonly found: false; readonly missing: readonly MatchSuggestion[]; readonly isComplete: boolean }

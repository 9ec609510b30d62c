// What stands on the shelf: listings with what the chain and the market say of them, chosen and sorted.
import type { Listing } from '@iexec/wire/listing'
import type { Address } from 'viem'
import { medianOf } from '../show/medianOf.ts'
import type { Sort, StoreSearch } from './storeSearch.ts'

/** A task that has ended, as the index tells of it. */
export type EndedTask = {
  /** Seconds since 1970, as text: of the last event. */
  readonly timestamp: string
  /** The index writes failures as the first one did: `FAILLED`. */
  readonly status: string
  /** Why there is no result, where the workers agreed on that. */
  readonly failure: string | null
  readonly deal: { readonly startTime: string }
}

/** How an app has done. */
export type TrackRecord = {
  readonly ended: number
  /** 0 to 1: how many had a result. */
  readonly successRate: number
  /** Seconds from deal to result; `undefined` without a result. */
  readonly medianSeconds: number | undefined
}

/**
 * How an app has done in its last tasks; `null` when none has ended. Where the workers agreed that the app failed, they were paid,
 * but there is no result.
 *
 * @example
 * recordOf(tasks)?.successRate // 0.98
 */
export function recordOf(ended: readonly EndedTask[]): TrackRecord | null {
  if (ended.length === 0) return null
  const good = ended.filter(({ status, failure }) => status === 'COMPLETED' && failure === null)
  const seconds = good.map(({ timestamp, deal }) => Number(timestamp) - Number(deal.startTime))
  return { ended: ended.length, successRate: good.length / ended.length, medianSeconds: medianOf(seconds) }
}

/** A listing on the shelf, and where it is from. */
export type Shelved = {
  readonly listing: Listing
  /** Place of its registry among those of the site. */
  readonly source: number
  readonly address: Address | undefined
  /** Of its cheapest open order, in nRLC; `null` when there is none, `undefined` while it is not known. */
  readonly price: number | null | undefined
  readonly usage: number | undefined
  /** `null` when no task has ended yet, `undefined` while it is not known. */
  readonly record: TrackRecord | null | undefined
}

/** Whether a listing is chosen by everything but the words that are sought. */
export function isChosen({ listing, price }: Shelved, search: StoreSearch): boolean {
  if (search.category !== undefined && !listing.categories.includes(search.category)) return false
  if (search.type !== undefined && listing.type !== search.type) return false
  if (search.tee === true && !listing.isTee) return false
  if (search.price === 'free') return price === 0
  if (search.price === 'paid') return typeof price === 'number' && price > 0
  return true
}

/** Sorts a shelf; what has no such figure comes last, and equal ones by name. */
export function sortShelf<S extends Shelved>(shelf: readonly S[], sort: Sort): readonly S[] {
  const figure = FIGURES[sort]
  return shelf.toSorted((one, other) => {
    const [a, b] = [figure(one), figure(other)]
    if (a !== b) return a === undefined ? 1 : b === undefined ? -1 : a - b
    return one.listing.title.localeCompare(other.listing.title)
  })
}

/** The least comes first. */
const FIGURES: { readonly [S in Sort]: (shelved: Shelved) => number | undefined } = {
  name: () => 0,
  usage: ({ usage }) => (usage === undefined ? undefined : -usage),
  price: ({ price }) => price ?? undefined,
  success: ({ record }) => (record?.successRate === undefined ? undefined : -record.successRate),
  time: ({ record }) => record?.medianSeconds,
}

/** Whether a choice can be made only when prices and records of all listings are known, not only of those in sight. */
export function needsAllFigures({ price, sort }: StoreSearch): boolean {
  return price !== undefined || sort === 'price' || sort === 'success' || sort === 'time'
}

/** Whatever occurs among listings, the most frequent first: choices of a filter. */
export function countsOf(words: readonly string[]): readonly (readonly [word: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].toSorted(([one, ones], [other, others]) => others - ones || one.localeCompare(other))
}

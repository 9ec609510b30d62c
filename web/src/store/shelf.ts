// What stands on the shelf: listings with what the chain and the market say of them, chosen and sorted.
import type { Listing } from '@iexec/wire/listing'
import type { Address } from 'viem'
import type { Sort, StoreSearch } from './storeSearch.ts'

/** An ended or running task, as the index tells of it. */
export type TaskTimes = {
  /** Seconds since 1970, as text: of the last event. */
  readonly timestamp: string
  readonly status: string
  readonly deal: { readonly startTime: string; readonly app: { readonly id: string } }
}

/** How an app has done. */
export type TrackRecord = {
  readonly ended: number
  /** 0 to 1. */
  readonly successRate: number
  /** Seconds from deal to result; `undefined` without a result. */
  readonly medianSeconds: number | undefined
}

/**
 * How apps have done in some ended tasks, by their addresses in lower case.
 *
 * @example
 * recordsOf(tasks).get('0x…')?.successRate // 0.98
 */
export function recordsOf(tasks: readonly TaskTimes[]): ReadonlyMap<string, TrackRecord> {
  const byApp = Map.groupBy(tasks.filter(hasEnded), ({ deal }) => deal.app.id.toLowerCase())
  return new Map(
    [...byApp].map(([app, ended]) => {
      const completed = ended.filter(({ status }) => status === 'COMPLETED')
      const seconds = completed.map(({ timestamp, deal }) => Number(timestamp) - Number(deal.startTime))
      return [
        app,
        { ended: ended.length, successRate: completed.length / ended.length, medianSeconds: medianOf(seconds) },
      ]
    }),
  )
}

/** The index writes failures as the first one did. */
function hasEnded({ status }: TaskTimes): boolean {
  return status === 'COMPLETED' || status === 'FAILLED'
}

/**
 * The middle of some numbers; of an even number of them the mean of the two.
 *
 * @example
 * medianOf([9, 1, 2]) // 2
 */
export function medianOf(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((one, other) => one - other)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
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
  readonly record: TrackRecord | undefined
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
  success: ({ record }) => (record === undefined ? undefined : -record.successRate),
  time: ({ record }) => record?.medianSeconds,
}

/** An open order of an app, as the book lists it. */
export type OpenOrder = { readonly order: { readonly app: Address; readonly appprice: number } }

/** The cheapest price of each app, in nRLC, by its address in lower case. */
export function cheapestOf(orders: readonly OpenOrder[]): ReadonlyMap<string, number> {
  const prices = new Map<string, number>()
  for (const { order } of orders) {
    const app = order.app.toLowerCase()
    prices.set(app, Math.min(order.appprice, prices.get(app) ?? Number.POSITIVE_INFINITY))
  }
  return prices
}

/** Whatever occurs among listings, the most frequent first: choices of a filter. */
export function countsOf(words: readonly string[]): readonly (readonly [word: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].toSorted(([one, ones], [other, others]) => others - ones || one.localeCompare(other))
}

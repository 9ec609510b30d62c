// What the book offers of an app or a dataset: its open orders, the cheapest first, read only as far as a search has to look.
import { sql, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { Address } from 'viem'
import { TEE_BIT } from '../book/tag.ts'
import type { Reader } from '../db/database.ts'
import type { BookOrderTable, Schema } from '../db/schema.ts'
import { LOOKS_PER_QUESTION, type Work } from './work.ts'

export const OFFERED = [
  'hash',
  'signer',
  'price',
  'remaining',
  'tag',
  'app',
  'dataset',
  'workerpool',
  'requester',
] as const

/** What of an open order a search compares. Its own asset stands in the column of its kind, restrictions in the others. */
export type Offer = Pick<BookOrderTable, (typeof OFFERED)[number]>

/** The orders of an asset, as far as they were read. */
export type Offers = {
  /** Those that differ in nothing but price and volume stand together, the cheapest first; of the same price those with most left. */
  readonly alike: () => Iterable<readonly Offer[]>
  /** What one costs at least that was not read yet; `undefined` when all were read. */
  readonly unread: () => number | undefined
  /** Reads the next ones; false when the work for the wish is over. */
  readonly readMore: () => Promise<boolean>
}

/** Whose orders are meant. */
export type OffersWanted = {
  readonly kind: 'app' | 'dataset'
  readonly asset: Address
  /** Only orders with the bit for a trusted execution environment. */
  readonly isTee: boolean
}

/** The orders that one wish has looked at: whatever is asked of it next, none is read again. */
export type Shelf = { readonly offers: (wanted: OffersWanted) => Offers }

/** Only so many orders of an app, or of a dataset, are looked at: the cheapest. One owner signs them all. */
export const MAX_OFFERS = 2000

/** An empty shelf for one wish. */
export function newShelf(reader: Reader, work: Work): Shelf {
  const known = new Map<string, Offers>()
  return {
    offers: (wanted) => {
      const key = `${wanted.kind} ${wanted.asset} ${wanted.isTee}`
      const offers = known.get(key) ?? openOffers(reader, work, wanted)
      known.set(key, offers)
      return offers
    },
  }
}

function openOffers(reader: Reader, work: Work, wanted: OffersWanted): Offers {
  const alike = new Map<string, Offer[]>()
  const sizes = pageSizes()
  let last: Offer | undefined
  let count = 0
  let isEnd = false
  const put = (offer: Offer): void => {
    const key = `${offer.tag} ${offer.app} ${offer.dataset} ${offer.workerpool} ${offer.requester}`
    const others = alike.get(key)
    if (others === undefined) alike.set(key, [offer])
    else others.push(offer)
  }
  return {
    alike: () => alike.values(),
    unread: () => (isEnd ? undefined : (last?.price ?? 0)),
    readMore: async () => {
      if (isEnd || !(await work.go(LOOKS_PER_QUESTION))) return false
      const size = Math.min(sizes.next().value, MAX_OFFERS - count)
      const page = await loadOffers(reader, wanted, { after: last, size })
      for (const offer of page) put(offer)
      last = page.at(-1) ?? last
      count += page.length
      isEnd = page.length < size || count >= MAX_OFFERS
      if (count >= MAX_OFFERS) work.cut()
      return true
    },
  }
}

/** How many orders are read first; each time four times as many as before, up to a page that keeps nobody waiting. */
const FIRST_PAGE = 8
const MAX_PAGE = 1024

/** The sizes of the pages of a stream. */
export function* pageSizes(): Generator<number, never> {
  for (let size = FIRST_PAGE; ; size = Math.min(size * 4, MAX_PAGE)) yield size
}

type Part = { readonly after: Offer | undefined; readonly size: number }

async function loadOffers(
  reader: Reader,
  { kind, asset, isTee }: OffersWanted,
  { after, size }: Part,
): Promise<readonly Offer[]> {
  // Literals, because the indexes of open orders of a kind only serve who asks for these in so many words.
  let found: Orders = reader
    .selectFrom('book_order')
    .where('kind', '=', sql.lit(kind))
    .where('status', '=', sql.lit('open'))
    .where(kind, '=', asset)
  if (isTee) found = found.where(sql<SqlBool>`tag0 & ${TEE_BIT} = ${TEE_BIT}`)
  return inOrder(behind(found, after)).select(OFFERED).limit(size).execute()
}

/** A question about orders of the book. */
export type Orders = SelectQueryBuilder<Schema, 'book_order', object>

/** The cheapest first; of the same price those with most left. */
export function inOrder(orders: Orders): Orders {
  return orders.orderBy('price').orderBy('remaining', 'desc').orderBy('hash')
}

/** What comes after an order. */
export function behind(orders: Orders, after: Offer | undefined): Orders {
  if (after === undefined) return orders
  const { price, remaining, hash } = after
  return orders
    .where('price', '>=', price)
    .where((row) =>
      row.or([
        row('price', '>', price),
        row('remaining', '<', remaining),
        row.and([row('remaining', '=', remaining), row('hash', '>', hash)]),
      ]),
    )
}

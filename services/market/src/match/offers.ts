// What the book offers for a wish: orders of its app and dataset, and a stream of workerpool orders, the cheapest first.
import { NO_ADDRESS, NO_TAG, missingTag, requiredTag, requiresTee, workerpoolStake } from '@iexec/protocol'
import { sql, type ExpressionBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { Address, Hex } from 'viem'
import { TAG_COLUMNS, TEE_BIT, splitTag } from '../book/tag.ts'
import type { Reader } from '../db/database.ts'
import type { BookOrderTable, Schema } from '../db/schema.ts'
import { fromWide, toWide } from '../db/wide.ts'
import type { MayOffer } from './profiles.ts'
import type { Terms } from './wish.ts'
import { LOOKS_PER_QUESTION, type Work } from './work.ts'

const OFFERED = ['hash', 'signer', 'price', 'remaining', 'tag', 'app', 'dataset', 'workerpool', 'requester'] as const

/** What of an open order a search compares. Its own asset stands in the column of its kind, restrictions in the others. */
export type Offer = Pick<BookOrderTable, (typeof OFFERED)[number]>

/** An open workerpool order with the free stake of its owner, in nRLC. */
export type PoolOffer = Offer & { readonly stake: bigint }

/** Only so many orders of an app, or of a dataset, are looked at: the cheapest. One owner signs them all. */
const MAX_OFFERS = 200

/** An app's or dataset's open orders within the price, the cheapest first; of the same price those with most left. */
export async function loadOffers(kind: 'app' | 'dataset', deps: OffersWanted): Promise<readonly Offer[]> {
  const { terms, work } = deps
  let ofIt = offersOf(kind, deps)
  if (!terms.ignored.has('tag') && kind === 'app' && requiresTee(terms.tag)) ofIt = ofIt.where(HAS_TEE)
  const other = kind === 'app' ? 'dataset' : 'app'
  const isOpen = (row: ExpressionBuilder<Schema, 'book_order'>): ReturnType<typeof row.and> =>
    row.and([
      row(other, 'in', [NO_ADDRESS, terms[other]]),
      row('requester', 'in', [NO_ADDRESS, terms.requester ?? NO_ADDRESS]),
    ])
  // Those for others may be for groups, and a dataset may ask for a TEE. Each has a share of its own, so that none is crowded out.
  const parts = [ofIt.where(isOpen), ofIt.where((row) => row.not(isOpen(row)))]
  if (kind === 'app' && terms.dataset !== NO_ADDRESS) parts.push(...parts.map((part) => part.where(HAS_TEE)))
  const found = new Map<Hex, Offer>()
  for (const part of parts) {
    if (!(await work.go(LOOKS_PER_QUESTION))) break
    const offers = await part.limit(MAX_OFFERS + 1).execute()
    if (offers.length > MAX_OFFERS) work.cut()
    for (const offer of offers.slice(0, MAX_OFFERS)) found.set(offer.hash, offer)
  }
  return [...found.values()].toSorted((one, next) => one.price - next.price || next.remaining - one.remaining)
}

/** What orders are looked for with. */
export type OffersWanted = {
  readonly reader: Reader
  readonly work: Work
  readonly terms: Terms
  readonly mayOffer: MayOffer
}

const ALL_BITS: Hex = `0x${'f'.repeat(64)}`
const HAS_TEE = sql<SqlBool>`tag0 & ${TEE_BIT} = ${TEE_BIT}`

type Offers = SelectQueryBuilder<Schema, 'book_order', Offer>

/** Without those that ask for a bit that no workerpool order offers. */
function offersOf(kind: 'app' | 'dataset', { reader, terms, mayOffer }: OffersWanted): Offers {
  // Literals, because the indexes of open orders of a kind only serve who asks for these in so many words.
  let offers: Offers = reader
    .selectFrom('book_order')
    .select(OFFERED)
    .where('kind', '=', sql.lit(kind))
    .where('status', '=', sql.lit('open'))
    .where(kind, '=', terms[kind])
    .where('price', '<=', terms.maxPrices[kind])
    .orderBy('price')
    .orderBy('remaining', 'desc')
    .orderBy('hash')
  if (mayOffer.bits === undefined) return offers
  // Not every bit of a dataset order is a demand on the workerpool.
  const demands = kind === 'app' ? requiredTag(ALL_BITS, NO_TAG, NO_TAG) : requiredTag(NO_TAG, ALL_BITS, NO_TAG)
  const unmet = splitTag(missingTag(demands, mayOffer.bits))
  for (const column of TAG_COLUMNS) {
    if (unmet[column] > 0) offers = offers.where(sql<SqlBool>`${sql.ref(column)} & ${unmet[column]} = 0`)
  }
  return offers
}

/** Which workerpool orders a stream has. */
export type PoolsWanted = {
  readonly terms: Terms
  /** Bits that an order must offer. */
  readonly tag: Hex
  /** The workerpool that is meant; the zero address for any. */
  readonly workerpool: Address
  /** Restrictions that let the wish in: the zero address, the wish's own, and groups to which it belongs. */
  readonly open: OpenTo
}

/** Per side, the restrictions that let the wish in. */
export type OpenTo = {
  readonly app: readonly Address[]
  readonly dataset: readonly Address[]
  readonly requester: readonly Address[]
}

/** Workerpool orders, the cheapest first, of the same price those with most left. They are read as they are needed. */
export type PoolStream = { readonly at: (index: number) => Promise<PoolOffer | undefined> }

/** How many orders a stream reads first; each time four times as many as before, up to a page that keeps nobody waiting. */
const FIRST_PAGE = 16
const MAX_PAGE = 1024

/** The workerpool orders that fit, as a stream. */
export function streamPools(reader: Reader, work: Work, wanted: PoolsWanted): PoolStream {
  const pools: PoolOffer[] = []
  let size = FIRST_PAGE
  let isEnd = false
  return {
    at: async (index) => {
      while (index >= pools.length && !isEnd) {
        if (!(await work.go(LOOKS_PER_QUESTION))) return undefined
        const page = await loadPools(reader, wanted, { after: pools.at(-1), size })
        pools.push(...page)
        isEnd = page.length < size
        size = Math.min(size * 4, MAX_PAGE)
      }
      return pools[index]
    },
  }
}

type Part = { readonly after: PoolOffer | undefined; readonly size: number }

async function loadPools(
  reader: Reader,
  { terms, open, ...wanted }: PoolsWanted,
  part: Part,
): Promise<readonly PoolOffer[]> {
  let found = poolsFor(reader, terms, wanted)
  if (!terms.ignored.has('restrictions')) found = found.where((row) => isOpenTo(row, open))
  if (part.after !== undefined) found = behind(found, part.after, terms)
  const rows = await found
    .select(OFFERED)
    .select((row) => row.selectFrom('account').select('stake').whereRef('address', '=', 'signer').as('stake'))
    .orderBy('price')
    .orderBy('remaining', 'desc')
    .orderBy('hash')
    .limit(part.size)
    .execute()
  return rows.map((row) => ({ ...row, stake: row.stake === null ? 0n : fromWide(row.stake) }))
}

type Pools = SelectQueryBuilder<Schema, 'book_order', object>
type Row = ExpressionBuilder<Schema, 'book_order'>
type Condition = ReturnType<Row['and']>

/** Open workerpool orders that fit a wish in everything but restrictions and stake. */
export function poolsFor(reader: Reader, terms: Terms, wanted: Pick<PoolsWanted, 'tag' | 'workerpool'>): Pools {
  // Literals, as above.
  let found: Pools = reader
    .selectFrom('book_order')
    .where('kind', '=', sql.lit('workerpool'))
    .where('status', '=', sql.lit('open'))
    // A workerpool has few orders beside its category: the plus keeps SQLite from walking through all of the category.
    .where(wanted.workerpool === NO_ADDRESS ? sql.ref('category') : sql`+category`, '=', terms.category)
    .where('trust', '>=', terms.trust)
    .where('price', '<=', terms.maxPrices.workerpool)
  if (wanted.workerpool !== NO_ADDRESS) found = found.where('workerpool', '=', wanted.workerpool)
  if (terms.ignored.has('tag') || wanted.tag === NO_TAG) return found
  const bits = splitTag(wanted.tag)
  for (const column of TAG_COLUMNS) {
    if (bits[column] === 0) continue
    found = found.where(sql<SqlBool>`${sql.ref(column)} & ${bits[column]} = ${bits[column]}`)
  }
  return found
}

/** Whether a workerpool order lets the wish in on every side. */
export function isOpenTo(row: Row, open: OpenTo): Condition {
  return row.and([
    row('app', 'in', open.app),
    row('dataset', 'in', open.dataset),
    row('requester', 'in', open.requester),
  ])
}

/** What comes after an order in the stream. Prices rise, so whoever cannot back this price cannot back any that follows. */
function behind(pools: Pools, { price, remaining, hash }: PoolOffer, terms: Terms): Pools {
  const rest = pools
    .where('price', '>=', price)
    .where((row) =>
      row.or([
        row('price', '>', price),
        row('remaining', '<', remaining),
        row.and([row('remaining', '=', remaining), row('hash', '>', hash)]),
      ]),
    )
  const stake = workerpoolStake(BigInt(price))
  if (stake === 0n || terms.ignored.has('stake')) return rest
  return rest.where((row) =>
    row.exists(
      row
        .selectFrom('account')
        .select('address')
        .whereRef('address', '=', 'signer')
        .where('stake', '>=', toWide(stake)),
    ),
  )
}

// What the book offers for a wish: orders of its app and dataset, and a stream of workerpool orders, the cheapest first.
import { NO_ADDRESS, NO_TAG, workerpoolStake } from '@iexec/protocol'
import { sql, type ExpressionBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { Address, Hex } from 'viem'
import { TAG_COLUMNS, splitTag } from '../book/tag.ts'
import type { Reader } from '../db/database.ts'
import type { BookOrderTable, Schema } from '../db/schema.ts'
import { fromWide, toWide } from '../db/wide.ts'
import type { Terms } from './wish.ts'

const OFFERED = ['hash', 'signer', 'price', 'remaining', 'tag', 'app', 'dataset', 'workerpool', 'requester'] as const

/** What of an open order a search compares. Its own asset stands in the column of its kind, restrictions in the others. */
export type Offer = Pick<BookOrderTable, (typeof OFFERED)[number]>

/** An open workerpool order with the free stake of its owner, in nRLC. */
export type PoolOffer = Offer & { readonly stake: bigint }

/** Only so many orders of an app, or of a dataset, are looked at: the cheapest. One owner signs them all. */
const MAX_OFFERS = 200

/** An app's or dataset's open orders within the price, the cheapest first; of the same price those with most left. */
export async function loadOffers(reader: Reader, kind: 'app' | 'dataset', terms: Terms): Promise<readonly Offer[]> {
  // Literals, because the indexes of open orders of a kind only serve who asks for these in so many words.
  const ofIt = reader
    .selectFrom('book_order')
    .select(OFFERED)
    .where('kind', '=', sql.lit(kind))
    .where('status', '=', sql.lit('open'))
    .where(kind, '=', terms[kind])
    .where('price', '<=', terms.maxPrices[kind])
    .orderBy('price')
    .orderBy('remaining', 'desc')
    .orderBy('hash')
  const other = kind === 'app' ? 'dataset' : 'app'
  const isOpen = (row: ExpressionBuilder<Schema, 'book_order'>): ReturnType<typeof row.and> =>
    row.and([
      row(other, 'in', [NO_ADDRESS, terms[other]]),
      row('requester', 'in', [NO_ADDRESS, terms.requester ?? NO_ADDRESS]),
    ])
  const open = await ofIt.where(isOpen).limit(MAX_OFFERS).execute()
  // Those for others may be for groups. They come second, so that many of them cannot crowd out the open ones.
  const closed = await ofIt
    .where((row) => row.not(isOpen(row)))
    .limit(MAX_OFFERS)
    .execute()
  return [...open, ...closed].toSorted((one, next) => one.price - next.price || next.remaining - one.remaining)
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

/** How many orders a stream reads first; each time four times as many as before. */
const FIRST_PAGE = 16

/** The workerpool orders that fit, as a stream. */
export function streamPools(reader: Reader, wanted: PoolsWanted): PoolStream {
  const pools: PoolOffer[] = []
  let size = FIRST_PAGE
  let isEnd = false
  return {
    at: async (index) => {
      while (index >= pools.length && !isEnd) {
        const page = await loadPools(reader, wanted, { after: pools.at(-1), size })
        pools.push(...page)
        isEnd = page.length < size
        size *= 4
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
    .where('category', '=', terms.category)
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

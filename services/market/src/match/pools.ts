// Workerpool orders for a wish, as streams: the cheapest first, read as they are needed.
import { NO_ADDRESS, NO_TAG, workerpoolStake } from '@iexec/protocol'
import { fromWide, toWide } from '@iexec/service'
import { sql, type ExpressionBuilder, type SqlBool } from 'kysely'
import type { Address, Hex } from 'viem'
import { TAG_COLUMNS, splitTag } from '../book/tag.ts'
import type { Reader } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { OFFERED, behind, inOrder, pageSizes, type Offer, type Orders } from './offers.ts'
import type { Terms } from './wish.ts'
import { LOOKS_PER_QUESTION, type Work } from './work.ts'

/** An open workerpool order with the free stake of its owner, in nRLC. */
export type PoolOffer = Offer & { readonly stake: bigint }

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

/** The workerpool orders that fit, as a stream. */
export function streamPools(reader: Reader, work: Work, wanted: PoolsWanted): PoolStream {
  const pools: PoolOffer[] = []
  const sizes = pageSizes()
  let isEnd = false
  return {
    at: async (index) => {
      while (index >= pools.length && !isEnd) {
        if (!(await work.go(LOOKS_PER_QUESTION))) return undefined
        const size = sizes.next().value
        const page = await loadPools(reader, wanted, { after: pools.at(-1), size })
        pools.push(...page)
        isEnd = page.length < size
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
  let found = behindPool(poolsFor(reader, terms, wanted), part.after, terms)
  if (!terms.ignored.has('restrictions')) found = found.where((row) => isOpenTo(row, open))
  const rows = await inOrder(found)
    .select(OFFERED)
    .select((row) => row.selectFrom('account').select('stake').whereRef('address', '=', 'signer').as('stake'))
    .limit(part.size)
    .execute()
  return rows.map((row) => ({ ...row, stake: row.stake === null ? 0n : fromWide(row.stake) }))
}

type Row = ExpressionBuilder<Schema, 'book_order'>
type Condition = ReturnType<Row['and']>

/** Open workerpool orders that fit a wish in everything but restrictions and stake. */
export function poolsFor(reader: Reader, terms: Terms, wanted: Pick<PoolsWanted, 'tag' | 'workerpool'>): Orders {
  // Literals, because the indexes of open orders of a kind only serve who asks for these in so many words.
  let found: Orders = reader
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
function behindPool(pools: Orders, after: PoolOffer | undefined, terms: Terms): Orders {
  const rest = behind(pools, after)
  const stake = workerpoolStake(BigInt(after?.price ?? 0))
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

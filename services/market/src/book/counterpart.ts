// Whether a request can find what it names: the cheapest open order of its app, and of its dataset, that would let it in.
import { sql, type RawBuilder } from 'kysely'
import type { Address } from 'viem'
import type { Reader } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { NOBODY } from './row.ts'
import { TEE_BIT } from './tag.ts'

/** The kinds of orders without which a request is not in the book. */
export type CounterpartKind = 'app' | 'dataset'

/** What of a request decides which orders fit it. */
export type Wish = Pick<BookOrderTable, 'app' | 'dataset' | 'workerpool' | 'requester' | 'tag0'>

/** The best prices for one request, in nRLC; null when no order fits. */
export type BestPrices = { readonly app: number | null; readonly dataset: number | null }

/** Sides that an app's or a dataset's order can restrict, by its kind. */
const RESTRICTED = {
  app: ['dataset', 'workerpool', 'requester'],
  dataset: ['app', 'workerpool', 'requester'],
} as const

/**
 * A subquery: the price of the cheapest open order of the kind that fits the row `wish` of the outer query. Of an app it must
 * offer a trusted execution environment when the wish asks for one.
 */
function bestPriceFor(kind: CounterpartKind): RawBuilder<number | null> {
  const restrictions = RESTRICTED[kind].map((side) => {
    const [theirs, ours] = [sql.ref(`offer.${side}`), sql.ref(`wish.${side}`)]
    return sql`and (${theirs} = ${sql.lit(NOBODY)} or ${theirs} = ${ours})`
  })
  const bit = sql.lit(TEE_BIT)
  const tee = kind === 'app' ? sql`and (offer.tag0 & ${bit}) >= (wish.tag0 & ${bit})` : sql``
  return sql<number | null>`(
    select offer.price from book_order as offer
    where offer.kind = ${sql.lit(kind)} and offer.status = 'open' and ${sql.ref(`offer.${kind}`)} = ${sql.ref(`wish.${kind}`)}
      ${sql.join(restrictions, sql` `)} ${tee}
    order by offer.price limit 1
  )`
}

/**
 * The best prices for each of some wishes, in their order, in one question. For a few wishes: each goes through the orders by
 * their price until one fits, so that of a large book little is read.
 *
 * @example
 * await bestPrices(reader, [{ app, dataset: NOBODY, workerpool: NOBODY, requester, tag0: 0 }]) // [{ app: 5, dataset: null }]
 */
export async function bestPrices(reader: Reader, wishes: readonly Wish[]): Promise<readonly BestPrices[]> {
  if (wishes.length === 0) return []
  // The types are named once, in the first row: PostgreSQL takes parameters as text otherwise.
  const rows = wishes.map(
    ({ app, dataset, workerpool, requester, tag0 }, index) =>
      sql`(cast(${index} as bigint), ${app}, ${dataset}, ${workerpool}, ${requester}, cast(${tag0} as bigint))`,
  )
  const { rows: found } = await sql<{ idx: number } & BestPrices>`
    with wish (idx, app, dataset, workerpool, requester, tag0) as (values ${sql.join(rows)})
    select idx, ${bestPriceFor('app')} as app, ${bestPriceFor('dataset')} as dataset from wish
  `.execute(reader)
  const byIndex = new Map(found.map(({ idx, app, dataset }) => [idx, { app, dataset }]))
  return wishes.map((_, index) => byIndex.get(index) ?? { app: null, dataset: null })
}

/** Says the price of the cheapest order that fits a wish; null when none does. */
export type BestPrice = (wish: Wish) => number | null

/**
 * Reads all open orders of some apps, or of some datasets, to judge any number of wishes by them. It takes as long as there
 * are orders and wishes, not as their product: orders that let in the same are one group, and a wish looks only into those
 * groups that it fits.
 *
 * @example
 * const bestPrice = await readBestPrice(reader, { kind: 'app', assets: [app] })
 * bestPrice({ app, dataset: NOBODY, workerpool: NOBODY, requester, tag0: 0 }) // 5
 */
export async function readBestPrice(
  reader: Reader,
  { kind, assets }: { readonly kind: CounterpartKind; readonly assets: readonly Address[] },
): Promise<BestPrice> {
  const [one, two, three] = RESTRICTED[kind]
  const { rows } = await sql<{
    asset: Address
    one: Address
    two: Address
    three: Address
    tee: number
    price: number
  }>`
    select ${sql.ref(kind)} as asset, ${sql.ref(one)} as one, ${sql.ref(two)} as two, ${sql.ref(three)} as three,
      tag0 & ${sql.lit(TEE_BIT)} as tee, min(price) as price
    from book_order
    where kind = ${sql.lit(kind)} and status = 'open' and ${sql.ref(kind)} in (${sql.join(assets)})
    group by 1, 2, 3, 4, 5
  `.execute(reader)
  const groups = new Map(rows.map((row) => [[row.asset, row.one, row.two, row.three, row.tee].join(), row.price]))
  const known = new Map<string, number | null>()
  return (wish) => {
    const key = [wish[kind], wish[one], wish[two], wish[three], wish.tag0 & TEE_BIT].join()
    const before = known.get(key)
    if (before !== undefined) return before
    const price = cheapest(groups, groupsFor(kind, wish))
    known.set(key, price)
    return price
  }
}

/** The groups that a wish fits: on each side those for everybody and those for it. A dataset's order need not offer a TEE. */
function groupsFor(kind: CounterpartKind, wish: Wish): readonly string[] {
  const offered = kind === 'app' && (wish.tag0 & TEE_BIT) === TEE_BIT ? [TEE_BIT] : [0, TEE_BIT]
  const sides = RESTRICTED[kind].reduce<readonly string[]>(
    (keys, side) => keys.flatMap((key) => [`${key},${NOBODY}`, `${key},${wish[side]}`]),
    [wish[kind]],
  )
  return sides.flatMap((key) => offered.map((tee) => `${key},${tee}`))
}

function cheapest(groups: ReadonlyMap<string, number>, keys: readonly string[]): number | null {
  const prices = keys.flatMap((key) => groups.get(key) ?? [])
  return prices.length === 0 ? null : Math.min(...prices)
}

// Whether a request can find what it names: the cheapest open order of its app, and of its dataset, that would let it in.
import { sql, type RawBuilder } from 'kysely'
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
export function bestPriceFor(kind: CounterpartKind): RawBuilder<number | null> {
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
 * The best prices for each of some wishes, in their order, in one question.
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

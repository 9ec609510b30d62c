// Workerpool orders that are not for everybody: for whom they are open, and which are for groups to which the wish belongs.
import { NO_ADDRESS } from '@iexec/protocol'
import { sql, type ExpressionBuilder, type SqlBool } from 'kysely'
import type { Address } from 'viem'
import type { Reader } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import type { Judge } from './judge.ts'
import { isOpenTo, poolsFor, type OpenTo } from './pools.ts'
import type { Terms } from './wish.ts'
import type { Work } from './work.ts'

/** So many orders that are not for everybody are looked at, the cheapest. */
const MAX_CLOSED = 400

/** In the very words of the index of restricted workerpool orders. */
const IS_RESTRICTED = sql<SqlBool>`(app <> ${sql.lit(NO_ADDRESS)} or dataset <> ${sql.lit(NO_ADDRESS)} or requester <> ${sql.lit(NO_ADDRESS)})`

/** The restrictions that let a wish in without asking anybody. */
export function openTo({ app, dataset, requester }: Terms): OpenTo {
  return {
    app: [NO_ADDRESS, app],
    dataset: [NO_ADDRESS, dataset],
    requester: [NO_ADDRESS, requester ?? NO_ADDRESS],
  }
}

/** What is asked about: workerpool orders up to a price, which would win if they let the wish in. */
export type Closed = {
  readonly reader: Reader
  readonly judge: Judge
  readonly terms: Terms
  readonly work: Work
  readonly open: OpenTo
  /** The only one that will do; the zero address for any. */
  readonly workerpool: Address
  readonly maxPrice: number
}

/**
 * Looks for groups among the restrictions of workerpool orders.
 *
 * @returns what is open to the wish through them, too; `undefined` when that is nothing more
 */
export async function findGroups(closed: Closed): Promise<OpenTo | undefined> {
  const { reader, judge, work, terms, open, maxPrice } = closed
  const workerpool = Math.min(maxPrice, terms.maxPrices.workerpool)
  const cheaper: Terms = { ...terms, maxPrices: { ...terms.maxPrices, workerpool } }
  let found = poolsFor(reader, cheaper, { tag: terms.tag, workerpool: closed.workerpool })
    .where(IS_RESTRICTED)
    .where((row) => row.not(isOpenTo(row, open)))
  for (const side of ['app', 'dataset', 'requester'] as const) found = found.where((row) => mayLetIn(row, side, open))
  // Nobody in particular is in no group.
  if (terms.requester === undefined) found = found.where('requester', '=', NO_ADDRESS)
  const rows = await found
    .select(['app', 'dataset', 'requester'])
    .orderBy('price')
    .limit(MAX_CLOSED + 1)
    .execute()
  if (rows.length > MAX_CLOSED) work.cut()
  const restrictions = [...new Map(rows.map((row) => [`${row.app} ${row.dataset} ${row.requester}`, row])).values()]
  const allowed = await Promise.all(
    restrictions.map(async ({ app, dataset, requester }) => {
      const answers = await Promise.all([
        judge.allows(app, terms.app),
        judge.allows(dataset, terms.dataset),
        judge.allows(requester, terms.requester),
      ])
      return answers.every(Boolean)
    }),
  )
  const groups = restrictions.filter((_, index) => allowed[index])
  if (groups.length === 0) return undefined
  const widened = (side: keyof OpenTo): readonly Address[] => [
    ...new Set([...open[side], ...groups.map((group) => group[side])]),
  ]
  return { app: widened('app'), dataset: widened('dataset'), requester: widened('requester') }
}

/** Most restrictions name an app or a dataset, and neither has members: what is no asset may be a group. */
function mayLetIn(
  row: ExpressionBuilder<Schema, 'book_order'>,
  side: keyof OpenTo,
  open: OpenTo,
): ReturnType<typeof row.or> {
  const asset = row.selectFrom('asset').select('asset.address').whereRef('asset.address', '=', `book_order.${side}`)
  return row.or([row(side, 'in', open[side]), row.not(row.exists(asset))])
}

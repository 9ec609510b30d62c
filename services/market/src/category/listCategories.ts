// Categories as the wire shows them.
import { pagedAnswer, type CategoryItem, type CategoryQuery, type Page, type Paged } from '@iexec/wire'
import type { CategoryTable } from '../db/schema.ts'
import type { Reader } from '../db/database.ts'
import { shownMoment } from '../deal/shown.ts'

/**
 * The categories within the limits, the shortest first.
 *
 * @example
 * await listCategories(market.read, { chainId: 134, query: { maxWorkClockTimeRef: 300 }, page: { skip: 0, limit: 20 } })
 */
export async function listCategories(
  reader: Reader,
  { chainId, query, page }: { readonly chainId: number; readonly query: CategoryQuery; readonly page: Page },
): Promise<{ readonly categories: readonly CategoryItem[] } & Paged> {
  const { minWorkClockTimeRef: min, maxWorkClockTimeRef: max } = query
  const found = reader
    .selectFrom('category')
    .$if(min !== undefined, (all) => all.where('work_clock_time_ref', '>=', min ?? 0))
    .$if(max !== undefined, (all) => all.where('work_clock_time_ref', '<=', max ?? 0))
  const { count } = await found.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  const rows = await found
    .selectAll()
    .orderBy('work_clock_time_ref')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.skip)
    .execute()
  const categories = rows.map((row) => toCategoryItem(row, chainId))
  return { categories, ...pagedAnswer({ count, rows: rows.length, page }) }
}

/** One category; `undefined` when the hub has none of this number. */
export async function findCategory(
  reader: Reader,
  { chainId, catid }: { readonly chainId: number; readonly catid: number },
): Promise<CategoryItem | undefined> {
  const row = await reader.selectFrom('category').selectAll().where('id', '=', catid).executeTakeFirst()
  return row && toCategoryItem(row, chainId)
}

function toCategoryItem(row: CategoryTable, chainId: number): CategoryItem {
  return {
    catid: row.id,
    chainId,
    name: row.name,
    description: row.description,
    workClockTimeRef: row.work_clock_time_ref,
    transactionHash: row.tx,
    blockNumber: row.block,
    blockTimestamp: shownMoment(row.timestamp),
  }
}

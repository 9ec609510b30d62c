// One field that finds whatever a person has at hand: an id, an address, a hash, how it begins, or part of a name.
import type { SearchQuery, SearchResult } from '@iexec/wire'
import { sql, type RawBuilder } from 'kysely'
import type { Address } from 'viem'
import type { Reader } from '../db/database.ts'
import { shownAddress } from '../deal/shown.ts'
import { beginning, being, containing } from './pattern.ts'

/**
 * Finds what `q` may mean: first what is exactly that, then what begins with it, then names that have it in them.
 *
 * Ids, addresses and hashes are found whole or by how they begin (0x and at least four digits), by ranges of primary keys.
 * Only names are searched through, and only assets and categories have any.
 *
 * @example
 * await search(market.read, { q: '0x1a2b', limit: 10 })
 */
export async function search(reader: Reader, { q: typed, limit }: SearchQuery): Promise<readonly SearchResult[]> {
  const q = typed.trim()
  if (q === '') return []
  const found = CONTRIBUTION.test(q) ? await findContribution(reader, q.toLowerCase()) : []
  if (START_OF_ID.test(q)) found.push(...(await findIds(reader, { start: q.toLowerCase(), limit })))
  if (NUMBER.test(q)) found.push(...(await findCategory(reader, Number(q))))
  found.push(...(await findNames(reader, { q, limit })))
  // What is found by its id and by its name is told once; the sort leaves the order of equals as it is.
  const first = new Map(found.toReversed().map((result) => [`${result.type} ${result.id}`, result]))
  const once = found.filter((result) => first.get(`${result.type} ${result.id}`) === result)
  return once.toSorted((one, other) => Number(other.exact) - Number(one.exact)).slice(0, limit)
}

const CONTRIBUTION = /^0x[0-9a-f]{64}-0x[0-9a-f]{40}$/iu
const START_OF_ID = /^0x[0-9a-f]{4,64}$/iu
const NUMBER = /^\d{1,15}$/u

type Found = { readonly type: SearchResult['type']; readonly id: string; readonly name: string | null }

/** Everything that has an id, in the order in which it is told. An asset says more than its account, a deal more than its tasks. */
const SOURCES: readonly { readonly from: RawBuilder<unknown>; readonly id: RawBuilder<unknown> }[] = [
  { from: sql`select kind as type, address as id, name from asset`, id: sql`address` },
  { from: sql`select 'account' as type, address as id, null as name from account`, id: sql`address` },
  { from: sql`select 'deal' as type, id, null as name from deal`, id: sql`id` },
  { from: sql`select 'task' as type, id, null as name from task`, id: sql`id` },
  { from: sql`select 'order' as type, hash as id, kind || 'order' as name from book_order`, id: sql`hash` },
  { from: sql`select 'order' as type, hash as id, kind || 'order' as name from chain_order`, id: sql`hash` },
  { from: sql`select 'transaction' as type, hash as id, null as name from tx`, id: sql`hash` },
]

async function findIds(
  reader: Reader,
  { start, limit }: { readonly start: string; readonly limit: number },
): Promise<readonly SearchResult[]> {
  // `g` comes after every hex digit.
  const parts = SOURCES.map(
    ({ from, id }) =>
      sql`select * from (${from} where ${id} >= ${start} and ${id} < ${`${start}g`} order by ${id} limit ${sql.lit(limit)}) as part`,
  )
  const { rows } = await sql<Found>`${sql.join(parts, sql` union all `)}`.execute(reader)
  const found = rows.map((row) => toResult(row, row.id === start))
  const isKnown = found.some(({ exact }) => exact)
  if (isKnown || !(await isNamedByEvents(reader, start))) return found
  return [toResult({ type: 'account', id: start, name: null }, true), ...found]
}

/** An address can be somebody's who never had an account of the hub, such as a beneficiary or the owner of an app. */
async function isNamedByEvents(reader: Reader, address: string): Promise<boolean> {
  if (address.length !== 42) return false
  const named = (column: 'account' | 'counterparty'): RawBuilder<unknown> =>
    sql`exists (select 1 from event where ${sql.ref(column)} = ${address})`
  const { rows } = await sql`select 1 where ${named('account')} or ${named('counterparty')}`.execute(reader)
  return rows.length > 0
}

async function findContribution(reader: Reader, id: string): Promise<SearchResult[]> {
  const row = await reader.selectFrom('contribution').select('id').where('id', '=', id).executeTakeFirst()
  return row === undefined ? [] : [{ type: 'contribution', id: row.id, name: null, exact: true }]
}

async function findCategory(reader: Reader, catid: number): Promise<readonly SearchResult[]> {
  const row = await reader.selectFrom('category').select('name').where('id', '=', catid).executeTakeFirst()
  return row === undefined ? [] : [{ type: 'category', id: String(catid), name: row.name, exact: true }]
}

function isLike(pattern: string): RawBuilder<unknown> {
  return sql`lower(name) like lower(${pattern}) escape '\\'`
}

async function findNames(
  reader: Reader,
  { q, limit }: { readonly q: string; readonly limit: number },
): Promise<readonly SearchResult[]> {
  const { rows } = await sql<Found & { readonly place: number }>`
    select type, id, name,
      case when ${isLike(being(q))} then 0 when ${isLike(beginning(q))} then 1 else 2 end as place
    from (
      select kind as type, address as id, name, usage_count as uses from asset
      union all
      select 'category' as type, cast(id as text) as id, name, 0 as uses from category
    ) as named
    where ${isLike(containing(q))}
    order by place, uses desc, id
    limit ${sql.lit(limit)}`.execute(reader)
  return rows.map((row) => toResult(row, row.place === 0))
}

function toResult({ type, id, name }: Found, exact: boolean): SearchResult {
  // Of what is found, only addresses are as long as an address.
  return { type, id: id.length === 42 ? shownAddress(id as Address) : id, name, exact }
}

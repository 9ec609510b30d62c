// The queries: a page of an entity, many by their ids, and the derived lists of many parents at once.
import type { Engine } from '@iexec/service'
import { sql } from 'kysely'
import { column, type Place, type Sql } from './columns.ts'
import { entityOf } from './entities.ts'
import { blockTime, reversed, type Entity, type Field, type Links } from './entity.ts'
import { codecOf, condition, newScope, type Where } from './filter.ts'
import { hasId, isOneOf, shownId, sortKey } from './keys.ts'
import type { Work } from './request.ts'

/** An entity as its fields are resolved from: scalars as the answer has them, and of others their ids. */
export type Item = { readonly id: string; readonly entity: string } & Readonly<Record<string, unknown>>

/** What is ordered by: a field, or a field of what a field leads to. */
export type OrderBy = { readonly field: string; readonly nested?: string }

/** A page as it was asked for. */
export type PageOf = {
  readonly first: number
  readonly skip: number
  readonly orderBy: OrderBy
  readonly descending: boolean
  readonly where: Where | undefined
}

type Stored = string | number | null | undefined
type Row = Readonly<Record<string, Stored>>

const ROW = 'e'
const LINK = 'l'
const TARGET = 'o'

/** A page of all there are. */
export async function selectPage(work: Work, entity: Entity, page: PageOf): Promise<readonly Item[]> {
  return selectSorted(work, entity, { page, also: undefined })
}

/** Many by their ids; undefined where there is none. */
export async function selectByIds(
  work: Work,
  entity: Entity,
  ids: readonly string[],
): Promise<readonly (Item | undefined)[]> {
  if (entity.table === undefined) return ids.map(() => undefined)
  const place = placeOf(work.engine)
  const rows = await work.query(sql<Row>`select ${selected(entity, place)} from ${tableOf(entity)}
    where ${condition(entity, place, { where: undefined, scope: newScope(work.engine) })} and ${hasId(entity.key, place, ids)}`)
  const found = new Map(rows.map((row) => [String(row['id']), readItem(entity, row)]))
  return ids.map((id) => found.get(id))
}

/** The same page of the derived lists of many parents: what leads to each by its field `by`. */
export async function selectDerived(
  work: Work,
  entity: Entity,
  asked: { readonly by: string; readonly parents: readonly string[]; readonly page: PageOf },
): Promise<readonly (readonly Item[])[]> {
  const { by, parents, page } = asked
  const field = entity.fields[by]
  if (field?.is === 'links') return selectLinked(work, entity, { links: reversed(field, entity.name), parents, page })
  if (field?.is !== 'one') return parents.map(() => [])
  const place = placeOf(work.engine)
  const ids = parents.map((id) => codecOf(field).write(id))
  const leads = isOneOf(field.column(place), ids, work.engine)
  const [only] = parents
  // One parent needs no window over everything that it has: an index may give the page.
  if (parents.length === 1 && only !== undefined) {
    const [id] = ids
    return [await selectSorted(work, entity, { page, also: sql`${field.column(place)} = ${id}` })]
  }
  const parent = field.column(place)
  const items = await selectWindows(work, entity, { from: tableOf(entity), parent, leads, page })
  return parents.map((one) => items.get(one) ?? [])
}

/** The same page of the lists of many parents that stand in a table of links. */
export async function selectLinked(
  work: Work,
  entity: Entity,
  asked: { readonly links: Links; readonly parents: readonly string[]; readonly page: PageOf },
): Promise<readonly (readonly Item[])[]> {
  const { links, parents, page } = asked
  const link: Place = { alias: LINK, engine: work.engine }
  const parent = column(links.from)(link)
  const linked = sql`${column(links.into)(link)} = ${shownId(entity.key, placeOf(work.engine))}`
  const from = sql`${tableOf(entity)} join ${sql.table(links.table)} as ${sql.ref(LINK)} on ${linked}`
  const leads = isOneOf(parent, parents, work.engine)
  const items = await selectWindows(work, entity, { from, parent, leads, page })
  return parents.map((one) => items.get(one) ?? [])
}

async function selectSorted(
  work: Work,
  entity: Entity,
  { page, also }: { readonly page: PageOf; readonly also: Sql | undefined },
): Promise<readonly Item[]> {
  if (entity.table === undefined || page.first === 0) return []
  const place = placeOf(work.engine)
  const fits = condition(entity, place, { where: page.where, scope: newScope(work.engine) })
  const time = also === undefined && page.where === undefined ? timeOfTarget(entity, place, page) : undefined
  const rows = await work.query(sql<Row>`select ${selected(entity, place)}
    from ${time === undefined ? tableOf(entity) : sql`${time.table} cross join ${tableOf(entity)}`}
    where ${also === undefined ? fits : sql`${also} and ${fits}`} ${time === undefined ? sql`` : sql`and ${time.joined}`}
    order by ${time === undefined ? sorted(entity, place, page) : time.sorted}
    limit ${Math.min(page.first, work.left() + 1)} offset ${page.skip}`)
  work.spend(rows.length)
  return rows.map((row) => readItem(entity, row))
}

async function selectWindows(
  work: Work,
  entity: Entity,
  asked: { readonly from: Sql; readonly parent: Sql; readonly leads: Sql; readonly page: PageOf },
): Promise<ReadonlyMap<string, readonly Item[]>> {
  const { from, parent, leads, page } = asked
  const lists = new Map<string, Item[]>()
  if (entity.table === undefined || page.first === 0) return lists
  const place = placeOf(work.engine)
  const fits = condition(entity, place, { where: page.where, scope: newScope(work.engine) })
  // Only the keys are sorted, as rows may be long.
  const keys = sortKey(entity.key, place)
  const numbered = sql`select ${sql.join(keys.map((key, n) => sql`${key} as ${sql.ref(`key${n}_`)}`))},
      ${parent} as parent_,
      row_number() over (partition by ${parent} order by ${sorted(entity, place, page)}) as place_
    from ${from} where ${leads} and ${fits}`
  const same = sql.join(
    keys.map((key, n) => sql`${key} = ${sql.ref(`n.key${n}_`)}`),
    sql` and `,
  )
  const rows = await work.query(sql<Row>`select ${selected(entity, place)}, n.parent_
    from (${numbered}) as n join ${tableOf(entity)} on ${same}
    where n.place_ > ${page.skip} and n.place_ <= ${page.skip + page.first} order by n.place_ limit ${work.left() + 1}`)
  work.spend(rows.length)
  for (const row of rows) {
    const id = String(row['parent_'])
    const list = lists.get(id) ?? []
    list.push(readItem(entity, row))
    lists.set(id, list)
  }
  return lists
}

function placeOf(engine: Engine): Place {
  return { alias: ROW, engine }
}

function tableOf(entity: Entity): Sql {
  if (entity.table === undefined) throw new Error(`${entity.name} has no table.`)
  return sql`${sql.table(entity.table)} as ${sql.ref(ROW)}`
}

function selected(entity: Entity, place: Place): Sql {
  const columns = Object.entries(entity.members ?? entity.fields).flatMap(([name, field]) =>
    'column' in field ? [sql`${field.column(place)} as ${sql.ref(name)}`] : [],
  )
  const kind = entity.kinds === undefined ? [] : [sql`${sql.ref(`${place.alias}.kind`)} as kind_`]
  return sql.join([sql`${shownId(entity.key, place)} as id`, ...kind, ...columns])
}

function readItem(entity: Entity, row: Row): Item {
  const values = Object.entries(entity.members ?? entity.fields).map(([name, field]) => [
    name,
    readField(field, row[name]),
  ])
  const name = entity.kinds?.[String(row['kind_'])] ?? entity.name
  return { ...Object.fromEntries(values), id: String(row['id']), entity: name } as Item
}

function readField(field: Field, stored: Stored): unknown {
  if (stored === null || stored === undefined) return null
  return field.is === 'value' ? field.codec.read(stored) : String(stored)
}

/** Ties are broken by the id, in the same direction, so that pages never overlap. */
function sorted(entity: Entity, place: Place, { orderBy, descending }: PageOf): Sql {
  const direction = descending ? sql`desc` : sql`asc`
  const ids = sortKey(entity.key, place).map((one) => sql`${one} ${direction}`)
  // The ids of events begin with the block, as time does; said twice, SQLite would sort them all.
  if (orderBy.field === 'id' || isTimeOfPlace(entity, orderBy)) return sql.join(ids)
  const { value, nullable } = orderedBy(entity, place, orderBy)
  // As PostgreSQL does by itself: nulls are larger than everything.
  const nulls = nullable ? (descending ? sql` nulls first` : sql` nulls last`) : sql``
  return sql.join([sql`${value} ${direction}${nulls}`, ...ids])
}

/**
 * How all rows are read in the order of the time of what each of them leads to: from there, by the index of that time. Only where
 * that is always found. SQLite takes the tables of a cross join in the order in which they stand.
 */
function timeOfTarget(
  entity: Entity,
  place: Place,
  { orderBy, descending }: PageOf,
): { readonly table: Sql; readonly joined: Sql; readonly sorted: Sql } | undefined {
  const field = entity.fields[orderBy.field]
  if (orderBy.nested !== 'timestamp' || field?.is !== 'one' || field.nullable) return undefined
  const target = entityOf(field.to)
  const time = target.fields['timestamp']
  if (!target.isAlwaysFound || target.table === undefined || time?.is !== 'value') return undefined
  const other: Place = { alias: TARGET, engine: place.engine }
  const direction = descending ? sql`desc` : sql`asc`
  const keys = sortKey(entity.key, place).map((one) => sql`${one} ${direction}`)
  return {
    table: sql`${sql.table(target.table)} as ${sql.ref(TARGET)}`,
    joined: sql`${field.column(place)} = ${shownId(target.key, other)}`,
    sorted: sql.join([sql`${(time.sortedBy ?? time.column)(other)} ${direction}`, ...keys]),
  }
}

function isTimeOfPlace({ key, fields }: Entity, { field, nested }: OrderBy): boolean {
  return key.is === 'place' && nested === undefined && fields[field] === blockTime
}

function orderedBy(
  entity: Entity,
  place: Place,
  orderBy: OrderBy,
): { readonly value: Sql; readonly nullable: boolean } {
  const field = entity.fields[orderBy.field]
  if (field === undefined || !('column' in field))
    throw new Error(`${entity.name} cannot be ordered by ${orderBy.field}.`)
  if (field.is === 'value') return { value: (field.sortedBy ?? field.column)(place), nullable: field.nullable }
  const target = entityOf(field.to)
  if (orderBy.nested === undefined || orderBy.nested === 'id')
    return { value: field.column(place), nullable: field.nullable }
  const nested = target.fields[orderBy.nested]
  if (nested?.is !== 'value') throw new Error(`${target.name} cannot be ordered by ${orderBy.nested}.`)
  if (target.table === undefined) return { value: sql`cast(null as text)`, nullable: true }
  const other: Place = { alias: TARGET, engine: place.engine }
  const belongs = condition(target, other, { where: undefined, scope: newScope(place.engine) })
  const value = sql`(select ${nested.column(other)} from ${sql.table(target.table)} as ${sql.ref(TARGET)}
    where ${belongs} and ${shownId(target.key, other)} = ${field.column(place)})`
  return { value, nullable: true }
}

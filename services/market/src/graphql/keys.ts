// Ids in SQL: how rows are found by them, compared with them and sorted by them.
import type { Engine } from '@iexec/service'
import { GraphQLError } from 'graphql'
import { sql } from 'kysely'
import { column, dashed, type Place, type Sql } from './columns.ts'
import type { Key } from './entity.ts'

/** A comparison of SQL. */
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

const PLACE = /^(\d{1,15})-(\d{1,15})$/u

/** The id as the answer shows it. */
export function shownId(key: Key, place: Place): Sql {
  return key.is === 'column' ? column(key.name)(place) : dashed(column('block'), column('log_index'))(place)
}

/** The columns that sort rows as their ids do. */
export function sortKey(key: Key, place: Place): readonly Sql[] {
  const names = key.is === 'column' ? [key.name] : ['block', 'log_index']
  return names.map((name) => column(name)(place))
}

/** Rows whose id compares like this with one. */
export function compareId(key: Key, place: Place, compared: { readonly by: Comparison; readonly id: string }): Sql {
  const { by, id } = compared
  if (key.is === 'column') return sql`${shownId(key, place)} ${sql.raw(by)} ${key.codec.write(id)}`
  const asked = PLACE.exec(id)
  if (asked === null) return unreadable(by, id)
  const pair = sql`(${sql.lit(Number(asked[1]))}, ${sql.lit(Number(asked[2]))})`
  return sql`(${sql.join(sortKey(key, place))}) ${sql.raw(by)} ${pair}`
}

/** An id that no event can have: equal to none. Clients that page by `id_gt` begin with the empty text. */
function unreadable(by: Comparison, id: string): Sql {
  if (by === '=') return sql`1 = 0`
  if (by === '<>') return sql`1 = 1`
  if (id === '') return by === '>' || by === '>=' ? sql`1 = 1` : sql`1 = 0`
  throw new GraphQLError(
    `"${id.slice(0, 80)}" cannot be compared with the id of an event, which is <block>-<logIndex>.`,
  )
}

/** Rows whose id is one of these. */
export function hasId(key: Key, place: Place, ids: readonly string[]): Sql {
  if (key.is === 'column') {
    const written = ids.map((id) => key.codec.write(id))
    return isOneOf(shownId(key, place), written, place.engine)
  }
  const places = ids.map((id) => PLACE.exec(id)).filter((asked) => asked !== null)
  const blocks = places.map(([, block]) => Number(block))
  const indices = places.map(([, , index]) => Number(index))
  const listed =
    place.engine === 'postgres'
      ? sql`select * from unnest(${blocks}::bigint[], ${indices}::bigint[])`
      : sql`select value ->> 0, value ->> 1 from json_each(${JSON.stringify(blocks.map((block, n) => [block, indices[n]]))})`
  return sql`(${sql.join(sortKey(key, place))}) in (${listed})`
}

/** Whether a value is in a list, which is one parameter however long it is. */
export function isOneOf(value: Sql, list: readonly (string | number)[], engine: Engine): Sql {
  if (list.length === 0) return sql`1 = 0`
  if (engine === 'sqlite') return sql`${value} in (select value from json_each(${JSON.stringify(list)}))`
  return typeof list[0] === 'number' ? sql`${value} = any(${list}::bigint[])` : sql`${value} = any(${list}::text[])`
}

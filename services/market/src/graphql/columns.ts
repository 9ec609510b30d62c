// Where the value of a field is found in a row of its table: expressions that mean the same on both engines.
import { WIDE_ZERO, type Engine } from '@iexec/service'
import { sql, type RawBuilder } from 'kysely'

/** A piece of SQL. */
export type Sql = RawBuilder<unknown>

/** The row that an expression is about: the alias of its table in this query, and the engine. */
export type Place = { readonly alias: string; readonly engine: Engine }

/** Says how the value of a field is written in SQL. */
export type Column = (place: Place) => Sql

/**
 * A column of the table.
 *
 * @example
 * column('owner')({ alias: 't1', engine: 'sqlite' }) // "t1"."owner"
 */
export function column(name: string): Column {
  return ({ alias }) => sql.ref(`${alias}.${name}`)
}

/** Text under a key of a column that holds a JSON object; null where either is missing. */
export function json(name: string, key: string): Column {
  return (place) => {
    const object = column(name)(place)
    // PostgreSQL refuses to unfold U+0000, which a stranger may have put into a text. And the collation of a JSON value is the
    // database's; that of every other text here is the order of its bytes.
    return place.engine === 'postgres'
      ? sql`((replace(${object}, '\\u0000', '\\ufffd'))::json ->> ${sql.lit(key)}) collate "C"`
      : sql`cast(${object} ->> ${sql.lit(key)} as text)`
  }
}

/** Text in lower case, as addresses are stored. */
export function lowerCase(text: Column): Column {
  return (place) => sql`lower(${text(place)})`
}

/** Decimal text as an integer; null where it is none, or too large. */
export function integer(text: Column): Column {
  return (place) => sql`case when ${isDecimal(text(place), 15, place)} then cast(${text(place)} as bigint) end`
}

/** Decimal text as `Wide`; null where it is none, or too large. */
export function wide(text: Column): Column {
  return (place) => {
    const digits = text(place)
    const filled = sql`substr(${sql.lit(WIDE_ZERO)} || ${digits}, length(${digits}) + 1)`
    return sql`case when ${isDecimal(digits, WIDE_ZERO.length, place)} then ${filled} end`
  }
}

function isDecimal(text: Sql, longest: number, { engine }: Place): Sql {
  const digits = engine === 'postgres' ? sql`${text} !~ '[^0-9]'` : sql`${text} not glob '*[^0-9]*'`
  return sql`(length(${text}) between 1 and ${sql.lit(longest)} and ${digits})`
}

/** The first of several that is not null. */
export function either(...columns: readonly Column[]): Column {
  return (place) => sql`coalesce(${sql.join(columns.map((one) => one(place)))})`
}

/** A constant text. */
export function constant(text: string): Column {
  return () => sql.lit(text)
}

/** Two texts or integers with a dash between them, as the ids of events and contributions are made. */
export function dashed(one: Column, other: Column): Column {
  return (place) => sql`(cast(${one(place)} as text) || '-' || cast(${other(place)} as text))`
}

/** What the oldest deal with this row's hash says: for orders that the chain never saw in full. */
export function ofDeal(name: string, hashColumn: string): Column {
  return ({ alias }) =>
    sql`(select ${sql.ref(`of_deal.${name}`)} from deal as of_deal
      where ${sql.ref(`of_deal.${hashColumn}`)} = ${sql.ref(`${alias}.hash`)}
      order by of_deal.block, of_deal.log_index limit 1)`
}

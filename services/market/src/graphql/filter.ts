// `where`: which filters each entity has (they become the input types of the schema), and what each is in SQL.
import type { Engine } from '@iexec/service'
import { GraphQLError } from 'graphql'
import { sql } from 'kysely'
import { plainText, type Codec, type ScalarName } from './codecs.ts'
import { column, type Place, type Sql } from './columns.ts'
import { entityOf } from './entities.ts'
import { reversed, type Entity, type Field, type Links, type Many, type One } from './entity.ts'
import { compareId, hasId, isOneOf, shownId, type Comparison } from './keys.ts'

/** A coerced `where`. */
export type Where = Readonly<Record<string, unknown>>

/** What a filter takes: one scalar, a list of them, or filters of another entity. */
export type Takes =
  | { readonly is: 'scalar' | 'scalars'; readonly type: ScalarName }
  | { readonly is: 'filter'; readonly of: string }

/** A filter by the name that it has in `where`. */
export type Filter = { readonly takes: Takes; readonly inSql: (place: Place, asked: unknown, scope: Scope) => Sql }

/** What the filters of one query share: names for tables, and a bound on how much may be asked. */
export type Scope = {
  readonly engine: Engine
  readonly newAlias: () => string
  readonly enter: (depth: number) => void
}

const MAX_CONDITIONS = 200
const MAX_DEPTH = 8
const MAX_LISTED = 1000
const COMPARISONS: Readonly<Record<string, Comparison>> = { _gt: '>', _gte: '>=', _lt: '<', _lte: '<=' }

/** Begins the filters of one query. */
export function newScope(engine: Engine): Scope {
  let aliases = 0
  let conditions = 0
  return {
    engine,
    newAlias: () => `f${(aliases += 1)}`,
    enter: (depth) => {
      conditions += 1
      if (conditions > MAX_CONDITIONS) throw new GraphQLError(`\`where\` has more than ${MAX_CONDITIONS} conditions.`)
      if (depth > MAX_DEPTH) throw new GraphQLError(`\`where\` is nested deeper than ${MAX_DEPTH} levels.`)
    },
  }
}

/** The condition under which a row of the table is one of the entity's, and fits `where`. */
export function condition(entity: Entity, place: Place, asked: { where: Where | undefined; scope: Scope }): Sql {
  const { where, scope } = asked
  const parts = [
    ...belongs(entity, place),
    ...(where === undefined ? [] : [fits(entity, place, { where, scope, depth: 0 })]),
  ]
  return parts.length === 0 ? sql`1 = 1` : sql`${sql.join(parts, sql` and `)}`
}

function belongs({ kinds, only }: Entity, place: Place): readonly Sql[] {
  const kind =
    kinds === undefined
      ? []
      : [sql`${sql.ref(`${place.alias}.kind`)} in (${sql.join(Object.keys(kinds).map((one) => sql.lit(one)))})`]
  return only === undefined ? kind : [...kind, only(place)]
}

type Asked = { readonly where: Where; readonly scope: Scope; readonly depth: number }

function fits(entity: Entity, place: Place, { where, scope, depth }: Asked): Sql {
  const filters = filtersOf(entity)
  const asked = Object.entries(where)
  // What asks for nothing is counted too, else any number of it could be asked.
  if (asked.length === 0) scope.enter(depth)
  const parts = asked.map(([name, value]) => {
    scope.enter(depth)
    if (name === 'and' || name === 'or') {
      const nested = ((value ?? []) as readonly (Where | null)[]).map((one) =>
        fits(entity, place, { where: one ?? {}, scope, depth: depth + 1 }),
      )
      return joined(nested, name)
    }
    const filter = filters.get(name)
    if (filter === undefined) throw new Error(`${entity.name} has no filter ${name}.`)
    return filter.inSql(place, value, { ...scope, enter: (deeper) => scope.enter(depth + 1 + deeper) })
  })
  return joined(parts, 'and')
}

function joined(parts: readonly Sql[], by: 'and' | 'or'): Sql {
  return parts.length === 0 ? sql`1 = 1` : sql`(${sql.join(parts, by === 'and' ? sql` and ` : sql` or `)})`
}

const made = new Map<string, ReadonlyMap<string, Filter>>()

/** Every filter of an entity but `and` and `or`. */
export function filtersOf(entity: Entity): ReadonlyMap<string, Filter> {
  const known = made.get(entity.name)
  if (known !== undefined) return known
  const filters = new Map<string, Filter>(idFilters(entity))
  for (const [name, field] of Object.entries(entity.fields))
    for (const [key, filter] of fieldFilters(entity, name, field)) filters.set(key, filter)
  made.set(entity.name, filters)
  return filters
}

type Named = readonly (readonly [string, Filter])[]

function idFilters({ key }: Entity): Named {
  const takes = { is: 'scalar', type: 'ID' } as const
  const by = (comparison: Comparison): Filter => ({
    takes,
    inSql: (place, asked) => compareId(key, place, { by: comparison, id: idText(asked) }),
  })
  const listed: Filter = {
    takes: { is: 'scalars', type: 'ID' },
    inSql: (place, asked) => hasId(key, place, listOf(asked).map(idText)),
  }
  return [
    ['id', by('=')],
    ['id_not', by('<>')],
    ['id_in', listed],
    ['id_not_in', negated(listed)],
    ...Object.entries(COMPARISONS).map(([ending, comparison]) => [`id${ending}`, by(comparison)] as const),
  ]
}

function fieldFilters(entity: Entity, name: string, field: Field): Named {
  switch (field.is) {
    case 'value':
      return valueFilters(name, field.codec.type, { codec: field.codec, of: field.column })
    case 'one':
      return [
        ...valueFilters(name, 'String', { codec: codecOf(field), of: field.column }),
        [`${name}_`, leadsTo(field)],
      ]
    case 'many':
      return [[`${name}_`, isLedToBy(entity, field)]]
    case 'links':
      return [[`${name}_`, isLinked(entity, field)]]
    default:
      return field satisfies never
  }
}

type Compared = { readonly codec: Codec; readonly of: (place: Place) => Sql }

function valueFilters(name: string, type: ScalarName, { codec, of }: Compared): Named {
  const takes = { is: 'scalar', type } as const
  const by = (comparison: Comparison): Filter => ({
    takes,
    inSql: (place, asked) => {
      if (asked === null) return comparison === '<>' ? sql`${of(place)} is not null` : sql`${of(place)} is null`
      return sql`${of(place)} ${sql.raw(comparison)} ${codec.write(asked)}`
    },
  })
  const listed: Filter = {
    takes: { is: 'scalars', type },
    inSql: (place, asked) => isOneOf(of(place), listOf(asked).map(codec.write), place.engine),
  }
  const equal: Named = [
    [name, by('=')],
    [`${name}_not`, by('<>')],
    [`${name}_in`, listed],
    [`${name}_not_in`, negated(listed)],
  ]
  if (type === 'TaskStatus' || type === 'ContributionStatus') return equal
  const sorted = Object.entries(COMPARISONS).map(
    ([ending, comparison]) => [`${name}${ending}`, by(comparison)] as const,
  )
  return [...equal, ...sorted, ...textFilters(name, type, { codec, of })]
}

/** How a text looks for a needle, which is never null. */
type Looks = (text: Sql, needle: string, engine: Engine) => Sql
const contains: Looks = (text, needle, engine) =>
  engine === 'postgres' ? sql`strpos(${text}, ${needle}) > 0` : sql`instr(${text}, ${needle}) > 0`
const startsWith: Looks = (text, needle) => sql`substr(${text}, 1, ${sql.lit(lengthOf(needle))}) = ${needle}`
const endsWith: Looks = (text, needle) => {
  const length = sql.lit(lengthOf(needle))
  return sql`(length(${text}) >= ${length} and substr(${text}, length(${text}) - ${length} + 1) = ${needle})`
}

function textFilters(name: string, type: ScalarName, { codec, of }: Compared): Named {
  const looking = (looks: Looks, folded: boolean): Filter => ({
    takes: { is: 'scalar', type },
    inSql: (place, asked) => {
      const text = sql`cast(${of(place)} as text)`
      const needle = needleOf(type, codec, asked)
      return folded ? looks(sql`lower(${text})`, foldedCase(needle), place.engine) : looks(text, needle, place.engine)
    },
  })
  const both = (ending: string, filter: Filter): Named => [
    [`${name}_${ending}`, filter],
    [`${name}_not_${ending}`, negated(filter)],
  ]
  if (type === 'Bytes') return both('contains', looking(contains, false))
  if (type !== 'String') return []
  return Object.entries({ contains, starts_with: startsWith, ends_with: endsWith }).flatMap(([ending, looks]) => [
    ...both(ending, looking(looks, false)),
    ...both(`${ending}_nocase`, looking(looks, true)),
  ])
}

function needleOf(type: ScalarName, codec: Codec, asked: unknown): string {
  if (asked === null) throw new GraphQLError('A filter that looks into a text cannot be null.')
  const needle = plainText(asked)
  // Bytes inside other bytes.
  if (type === 'Bytes') return needle.slice(2)
  return codec.type === 'ID' ? foldedCase(needle) : String(codec.write(needle))
}

/** Only ASCII, as `lower` on both engines. */
function foldedCase(text: string): string {
  return text.replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase())
}

/** In characters, as SQL counts. */
function lengthOf(text: string): number {
  return Array.from(text, () => 1).length
}

/** Where the value is null, neither a filter nor its opposite holds; only in an empty list even null is not. */
function negated({ takes, inSql }: Filter): Filter {
  return { takes, inSql: (place, asked, scope) => sql`not (${inSql(place, asked, scope)})` }
}

function leadsTo(field: One): Filter {
  const takes = { is: 'filter', of: field.to } as const
  return {
    takes,
    inSql: (place, asked, scope) => {
      const target = entityOf(field.to)
      const where = (asked ?? {}) as Where
      const { id, ...others } = where
      // The usual question; and an account that never moved a token has no row to be found.
      if (typeof id === 'string' && Object.keys(others).length === 0) {
        scope.enter(0)
        return sql`${field.column(place)} = ${codecOf(field).write(id)}`
      }
      return isAmong(field.column(place), target, { where, scope, shows: (row) => shownKey(target, row) })
    },
  }
}

function isLinked(entity: Entity, { to, table, from, into }: Links): Filter {
  const leads = leadsTo({ is: 'one', to, column: column(into), nullable: false })
  return {
    takes: leads.takes,
    inSql: (place, asked, scope) => {
      const link: Place = { alias: scope.newAlias(), engine: scope.engine }
      const rows = sql`${sql.table(table)} as ${sql.ref(link.alias)}`
      const linked = sql`select ${column(from)(link)} from ${rows} where ${leads.inSql(link, asked, scope)}`
      return sql`${shownKey(entity, place)} in (${linked})`
    },
  }
}

function isLedToBy(entity: Entity, field: Many): Filter {
  return {
    takes: { is: 'filter', of: field.of },
    inSql: (place, asked, scope) => {
      const source = entityOf(field.of)
      const back = source.fields[field.by]
      if (back?.is === 'links') return isLinked(entity, reversed(back, field.of)).inSql(place, asked, scope)
      if (back?.is !== 'one') return sql`1 = 0`
      return isAmong(shownKey(entity, place), source, { where: (asked ?? {}) as Where, scope, shows: back.column })
    },
  }
}

type Among = { readonly where: Where; readonly scope: Scope; readonly shows: (place: Place) => Sql }

function isAmong(value: Sql, entity: Entity, { where, scope, shows }: Among): Sql {
  scope.enter(0)
  if (entity.table === undefined) return sql`1 = 0`
  const row: Place = { alias: scope.newAlias(), engine: scope.engine }
  const rows = sql`${sql.table(entity.table)} as ${sql.ref(row.alias)}`
  return sql`${value} in (select ${shows(row)} from ${rows} where ${condition(entity, row, { where, scope })})`
}

/** The id as other entities hold it. */
function shownKey(entity: Entity, place: Place): Sql {
  return shownId(entity.key, place)
}

/** How the id of the other entity is written. */
export function codecOf(field: One): Codec {
  const { key } = entityOf(field.to)
  if (key.is === 'place') throw new Error(`Nothing can lead to ${field.to}.`)
  return key.codec
}

function idText(asked: unknown): string {
  if (asked === null) throw new GraphQLError('An id cannot be null.')
  return asked as string
}

function listOf(asked: unknown): readonly unknown[] {
  const list = (asked ?? []) as readonly unknown[]
  if (list.length <= MAX_LISTED) return list
  throw new GraphQLError(`A list in \`where\` may have ${MAX_LISTED} values, and this one has ${list.length}.`)
}

// What an entity is, and the words in which `entities.ts` describes them.
import type { Schema } from '../db/schema.ts'
import { count, type Codec } from './codecs.ts'
import { column, type Column, type Sql, type Place } from './columns.ts'

/** A scalar field. */
export type Value = {
  readonly is: 'value'
  readonly codec: Codec
  readonly column: Column
  /** What sorts the same and has an index, if the column has none. */
  readonly sortedBy: Column | undefined
  readonly nullable: boolean
}
/** A field that leads to one other entity; its column holds the id of that. */
export type One = { readonly is: 'one'; readonly to: string; readonly column: Column; readonly nullable: boolean }
/** A derived list: the entities whose field `by` leads or links here. */
export type Many = { readonly is: 'many'; readonly of: string; readonly by: string }
/** A list of entities that stands in a table of its own: in its column `from` the id of this one, in `into` that of the other. */
export type Links = { readonly is: 'links'; readonly to: string } & LinkTable
export type LinkTable = { readonly table: keyof Schema; readonly from: string; readonly into: string }
export type Field = Value | One | Many | Links
export type EntityFields = Readonly<Record<string, Field>>

/** What identifies a row: a column, or its place on the chain, which GraphQL shows as `<block>-<log index>`. */
export type Key = { readonly is: 'column'; readonly name: string; readonly codec: Codec } | { readonly is: 'place' }

/** A type of the subgraph with the rows behind it. */
export type Entity = {
  readonly name: string
  /** Names of the fields of the root. */
  readonly single: string
  readonly plural: string
  /** Undefined as long as there are no rows. */
  readonly table: keyof Schema | undefined
  /** What the column `kind` of its rows says, and which entity that is; undefined when every row of the table belongs. */
  readonly kinds: Readonly<Record<string, string>> | undefined
  /** What else must hold for a row of the table to belong. */
  readonly only: ((place: Place) => Sql) | undefined
  readonly key: Key
  /** What leads to one of these is only written once that is there, and has an index by its `timestamp`. */
  readonly isAlwaysFound: boolean
  /** All but the id, which every entity has. */
  readonly fields: EntityFields
  /** The interface that it implements. */
  readonly memberOf: string | undefined
  /** Of an interface: the fields of all its members. What has the same name means the same. */
  readonly members: EntityFields | undefined
}

type Definition = Pick<Entity, 'name' | 'key' | 'fields'> & Partial<Entity>

/**
 * Describes an entity; what is not said has its usual value.
 *
 * @example
 * define({ name: 'Deal', table: 'deal', key: { is: 'column', name: 'id', codec: hexId }, fields: {} }).plural // 'deals'
 */
export function define(definition: Definition): Entity {
  const rest = {
    table: undefined,
    isAlwaysFound: false,
    kinds: undefined,
    only: undefined,
    memberOf: undefined,
    members: undefined,
  }
  return { ...namesOf(definition.name), ...rest, ...definition }
}

/** The usual names of an entity at the root. */
export function namesOf(name: string): Pick<Entity, 'single' | 'plural'> {
  const single = name.charAt(0).toLowerCase() + name.slice(1)
  return { single, plural: `${single}s` }
}

/** A scalar that is never null. */
export function value(codec: Codec, from: string | Column): Value {
  return { is: 'value', codec, column: columnOf(from), sortedBy: undefined, nullable: false }
}

/** When the block of a row was made: the later the block, the later. */
export const blockTime: Value = { ...value(count, 'timestamp'), sortedBy: column('block') }

/** One other entity, always. */
export function one(to: string, from: string | Column): One {
  return { is: 'one', to, column: columnOf(from), nullable: false }
}

/** The same field where it may be null. */
export function maybe<Kind extends Value | One>(field: Kind): Kind {
  return { ...field, nullable: true }
}

/** The entities of that name whose field `by` leads or links here. */
export function many(of: string, by: string): Many {
  return { is: 'many', of, by }
}

/** Entities named in a table of its own. */
export function links(to: string, table: LinkTable): Links {
  return { is: 'links', to, ...table }
}

/** The same list seen from its other end: the entities of that name which link here. */
export function reversed({ table, from, into }: Links, of: string): Links {
  return { is: 'links', to: of, table, from: into, into: from }
}

function columnOf(from: string | Column): Column {
  return typeof from === 'string' ? column(from) : from
}

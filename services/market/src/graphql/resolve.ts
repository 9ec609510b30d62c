// Resolvers: each asks for a batch, so that a level of the answer costs one query however long its lists are.
import { createHash } from 'node:crypto'
import { GraphQLError, Kind, type GraphQLFieldResolver, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql'
import { sql } from 'kysely'
import { entityOf } from './entities.ts'
import type { Entity, Links, Many, One } from './entity.ts'
import type { Where } from './filter.ts'
import { requireBlock, type BlockHeight } from './meta.ts'
import type { Context, Work } from './request.ts'
import { selectByIds, selectDerived, selectLinked, selectPage, type Item, type OrderBy, type PageOf } from './select.ts'

type PageArguments = {
  readonly first?: number | null
  readonly skip?: number | null
  readonly orderBy?: OrderBy | null
  readonly orderDirection?: 'asc' | 'desc' | null
  readonly where?: Where | null
  readonly block?: BlockHeight | null
}

type OfItem<Arguments = unknown> = GraphQLFieldResolver<Item, Context, Arguments>
type OfRoot<Arguments> = GraphQLFieldResolver<undefined, Context, Arguments>

const MAX_FIRST = 1000
const MAX_SKIP = 5000

/** `x(id:)`: null when there is none. */
export function resolveSingle(entity: Entity): OfRoot<{ readonly id: string; readonly block?: BlockHeight | null }> {
  return async (_, { id, block }, { work, deployment }) => {
    await requireBlock({ work, deployment }, block)
    const asked = entity.key.is === 'column' ? String(entity.key.codec.write(id)) : id
    const item = await loadOne(work, entity, asked)
    if (item !== undefined || entity.name !== 'Account') return item ?? null
    return (await isKnownAccount(work, asked)) ? emptyAccount(asked) : null
  }
}

/** `xs(first:, skip:, …)`. */
export function resolvePage(entity: Entity): OfRoot<PageArguments> {
  return async (_, asked, { work, deployment }) => {
    const page = readPage(asked)
    const name = `page ${entity.name} ${keyOf(page)}`
    work.countList(name, !isSortedByIndex(page) || !isFilteredByIndex(entity, page))
    await requireBlock({ work, deployment }, asked.block)
    return work.load(name, '', async () => [await selectPage(work, entity, page)])
  }
}

/** A field that leads to one other entity. */
export function resolveOne(name: string, field: One): OfItem {
  return async (...[item, , { work }, info]: Parameters<OfItem>) => {
    const id = item[name]
    if (typeof id !== 'string') return null
    const entity = entityOf(field.to)
    // Most often only the id is asked for, which is known.
    if (!field.nullable && entity.table !== undefined && asksOnlyForId(info)) {
      work.spend(1)
      return { id, entity: entity.name }
    }
    const found = await loadOne(work, entity, id)
    return found ?? (entity.name === 'Account' ? emptyAccount(id) : null)
  }
}

/** A derived list. */
export function resolveMany(field: Many): OfItem<PageArguments> {
  const entity = entityOf(field.of)
  return async (item, asked, { work }) => {
    const page = readPage(asked)
    const name = `list ${field.of} ${field.by} ${keyOf(page)}`
    work.countList(name, !isSortedByIndex(page))
    return work.load(name, item.id, async (parents) => selectDerived(work, entity, { by: field.by, parents, page }))
  }
}

/** A list that stands in a table of its own. */
export function resolveLinks(field: Links): OfItem<PageArguments> {
  const entity = entityOf(field.to)
  return async (item, asked, { work }) => {
    const page = readPage(asked)
    const name = `links ${field.to} ${field.table} ${keyOf(page)}`
    work.countList(name, !isSortedByIndex(page))
    return work.load(name, item.id, async (parents) => selectLinked(work, entity, { links: field, parents, page }))
  }
}

async function loadOne(work: Work, entity: Entity, id: string): Promise<Item | undefined> {
  const found = await work.load(`one ${entity.name}`, id, async (ids) => selectByIds(work, entity, ids))
  work.spend(1)
  return found
}

/** Every address is an account; of one that never moved a token, no row tells. */
function emptyAccount(id: string): Item {
  return { id, entity: 'Account', balance: '0', frozen: '0', score: '0' }
}

async function isKnownAccount(work: Work, id: string): Promise<boolean> {
  const places = [
    'event.account',
    'event.counterparty',
    'asset.owner',
    'deal.requester',
    'deal.beneficiary',
    'tx.sender',
  ]
  const known = await work.query(
    sql`select 1 where ${sql.join(
      places.map(
        (place) =>
          sql`exists (select 1 from ${sql.table(place.slice(0, place.indexOf('.')))} where ${sql.ref(place)} = ${id})`,
      ),
      sql` or `,
    )}`,
  )
  return known.length > 0
}

function readPage(asked: PageArguments): PageOf {
  return {
    first: inRange('first', asked.first ?? 100, MAX_FIRST),
    skip: inRange('skip', asked.skip ?? 0, MAX_SKIP),
    orderBy: asked.orderBy ?? { field: 'id' },
    descending: asked.orderDirection === 'desc',
    where: asked.where ?? undefined,
  }
}

function inRange(name: string, value: number, most: number): number {
  if (value >= 0 && value <= most) return value
  throw new GraphQLError(`The value of the argument \`${name}\` must be between 0 and ${most}, but is ${value}.`)
}

function keyOf({ where, ...page }: PageOf): string {
  return JSON.stringify(page) + (where === undefined ? '' : digestOf(where))
}

const digests = new WeakMap<Where, string>()

/** Of a variable it is made once, however many parents have the list; and a key per parent must not be long. */
function digestOf(where: Where): string {
  const known = digests.get(where)
  if (known !== undefined) return known
  const text = JSON.stringify(where, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
  const digest = createHash('sha256').update(text).digest('base64')
  digests.set(where, digest)
  return digest
}

/** Near enough: the time is bounded, too. */
function isSortedByIndex({ orderBy }: PageOf): boolean {
  return orderBy.nested === undefined && (orderBy.field === 'id' || orderBy.field === 'timestamp')
}

/** Whether all is asked for, or what has one of a few ids, or leads to one thing. */
function isFilteredByIndex({ fields }: Entity, { where = {} }: PageOf): boolean {
  const filters = Object.entries(where)
  const narrows = ([name, asked]: readonly [string, unknown]): boolean => {
    if (name.endsWith('_')) return typeof asked === 'object' && asked !== null && 'id' in asked
    return name === 'id' || name === 'id_in' || fields[name.replace(/_in$/u, '')]?.is === 'one'
  }
  return filters.length === 0 || filters.some(narrows)
}

function asksOnlyForId(info: GraphQLResolveInfo): boolean {
  const isId = ({ selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === 'id' || selection.name.value === '__typename'
      if (selection.kind === Kind.INLINE_FRAGMENT) return isId(selection.selectionSet)
      const fragment = info.fragments[selection.name.value]
      return fragment !== undefined && isId(fragment.selectionSet)
    })
  return info.fieldNodes.every(({ selectionSet }) => selectionSet !== undefined && isId(selectionSet))
}

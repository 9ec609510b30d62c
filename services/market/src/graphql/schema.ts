// The GraphQL schema, generated from the table of entities.
import {
  GraphQLEnumType,
  GraphQLID,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  type GraphQLFieldConfig,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLInputFieldConfig,
  type GraphQLInputType,
  type GraphQLOutputType,
} from 'graphql'
import type { ScalarName } from './codecs.ts'
import { entities, entityOf } from './entities.ts'
import type { Entity, EntityFields, Field } from './entity.ts'
import { filtersOf, type Takes } from './filter.ts'
import { BlockHeightType, metaField } from './meta.ts'
import type { Context } from './request.ts'
import { resolveLinks, resolveMany, resolveOne, resolvePage, resolveSingle } from './resolve.ts'
import {
  BigDecimalType,
  BigIntType,
  BytesType,
  ContributionStatusType,
  OrderDirectionType,
  TaskStatusType,
} from './scalars.ts'
import type { Item, OrderBy } from './select.ts'

const SCALARS = {
  ID: GraphQLID,
  String: GraphQLString,
  Bytes: BytesType,
  BigInt: BigIntType,
  BigDecimal: BigDecimalType,
  Int: GraphQLInt,
  TaskStatus: TaskStatusType,
  ContributionStatus: ContributionStatusType,
} as const satisfies Record<ScalarName, GraphQLInputType & GraphQLOutputType>

type FieldConfig = GraphQLFieldConfig<Item, Context>
type Types = {
  readonly objects: ReadonlyMap<string, GraphQLObjectType | GraphQLInterfaceType>
  readonly filters: ReadonlyMap<string, GraphQLInputObjectType>
  readonly orders: ReadonlyMap<string, GraphQLEnumType>
}

/** Makes the schema; its resolvers need a `Context`. */
export function createSchema(): GraphQLSchema {
  const types: Types = {
    objects: mapEntities((entity) => createObject(entity, () => types)),
    filters: mapEntities((entity) => createFilter(entity, () => types)),
    orders: mapEntities(createOrderBy),
  }
  const query = new GraphQLObjectType<undefined, Context>({
    name: 'Query',
    fields: () =>
      Object.fromEntries([...entities.flatMap((entity) => rootFields(entity, types)), ['_meta', metaField]]),
  })
  return new GraphQLSchema({ query, types: [...types.objects.values()] })
}

function mapEntities<Type>(create: (entity: Entity) => Type): ReadonlyMap<string, Type> {
  return new Map(entities.map((entity) => [entity.name, create(entity)]))
}

function get<Type>(types: ReadonlyMap<string, Type>, name: string): Type {
  const type = types.get(name)
  if (type === undefined) throw new Error(`There is no type for ${name}.`)
  return type
}

function createObject(entity: Entity, types: () => Types): GraphQLObjectType | GraphQLInterfaceType {
  const config = { name: entity.name, fields: () => outputFields(entity.fields, types()) }
  if (entity.members !== undefined) {
    return new GraphQLInterfaceType({ ...config, resolveType: (item: Item) => item.entity })
  }
  return new GraphQLObjectType<Item, Context>({
    ...config,
    interfaces: () =>
      entity.memberOf === undefined ? [] : [get(types().objects, entity.memberOf) as GraphQLInterfaceType],
  })
}

function outputFields(fields: EntityFields, types: Types): Record<string, FieldConfig> {
  const id: FieldConfig = { type: new GraphQLNonNull(GraphQLID) }
  const others = Object.entries(fields).map(([name, field]) => [name, outputField(name, field, types)] as const)
  return { id, ...Object.fromEntries(others) }
}

function outputField(name: string, field: Field, types: Types): FieldConfig {
  switch (field.is) {
    case 'value': {
      const type = SCALARS[field.codec.type]
      return { type: field.nullable ? type : new GraphQLNonNull(type) }
    }
    case 'one': {
      const type = get(types.objects, field.to)
      return { type: field.nullable ? type : new GraphQLNonNull(type), resolve: resolveOne(name, field) }
    }
    case 'many':
      return {
        type: listOf(get(types.objects, field.of)),
        args: pageArguments(entityOf(field.of), types),
        resolve: resolveMany(field),
      }
    case 'links':
      return {
        type: listOf(get(types.objects, field.to)),
        args: pageArguments(entityOf(field.to), types),
        resolve: resolveLinks(field),
      }
    default:
      return field satisfies never
  }
}

function listOf(type: GraphQLObjectType | GraphQLInterfaceType): GraphQLOutputType {
  return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)))
}

function pageArguments(entity: Entity, types: Types): GraphQLFieldConfigArgumentMap {
  return {
    first: { type: GraphQLInt, default: { value: 100 } },
    skip: { type: GraphQLInt, default: { value: 0 } },
    orderBy: { type: get(types.orders, entity.name) },
    orderDirection: { type: OrderDirectionType },
    where: { type: get(types.filters, entity.name) },
  }
}

function rootFields(
  entity: Entity,
  types: Types,
): readonly (readonly [string, GraphQLFieldConfig<undefined, Context>])[] {
  const type = get(types.objects, entity.name)
  const block = { type: BlockHeightType }
  return [
    [
      entity.single,
      { type, args: { id: { type: new GraphQLNonNull(GraphQLID) }, block }, resolve: resolveSingle(entity) },
    ],
    [
      entity.plural,
      { type: listOf(type), args: { ...pageArguments(entity, types), block }, resolve: resolvePage(entity) },
    ],
  ]
}

function createFilter(entity: Entity, types: () => Types): GraphQLInputObjectType {
  const name = `${entity.name}_filter`
  const fields = (): Record<string, GraphQLInputFieldConfig> => {
    const own = get(types().filters, entity.name)
    const named = [...filtersOf(entity)].map(([key, { takes }]) => [key, { type: inputType(takes, types()) }] as const)
    const several = { type: new GraphQLList(own) }
    return { ...Object.fromEntries(named), and: several, or: several }
  }
  return new GraphQLInputObjectType({ name, fields })
}

function inputType(takes: Takes, types: Types): GraphQLInputType {
  switch (takes.is) {
    case 'scalar':
      return SCALARS[takes.type]
    case 'scalars':
      return new GraphQLList(new GraphQLNonNull(SCALARS[takes.type]))
    case 'filter':
      return get(types.filters, takes.of)
    default:
      return takes satisfies never
  }
}

function createOrderBy(entity: Entity): GraphQLEnumType {
  const values: Record<string, { value: OrderBy }> = { id: { value: { field: 'id' } } }
  for (const [name, field] of Object.entries(entity.fields)) {
    if (field.is !== 'value' && field.is !== 'one') continue
    values[name] = { value: { field: name } }
    if (field.is === 'value') continue
    values[`${name}__id`] = { value: { field: name, nested: 'id' } }
    for (const [nested, { is }] of Object.entries(entityOf(field.to).fields)) {
      if (is === 'value') values[`${name}__${nested}`] = { value: { field: name, nested } }
    }
  }
  return new GraphQLEnumType({ name: `${entity.name}_orderBy`, values })
}

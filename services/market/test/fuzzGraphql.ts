// Documents that the schema of the market allows, or nearly: drawn field by field, with filters, sorts and pages of all kinds.
import fc, { type GeneratorValue } from 'fast-check'
import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLInputType,
  type GraphQLNamedOutputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql'

/** What a document is drawn from. */
export type GraphqlWorld = {
  readonly schema: GraphQLSchema
  /** Ids, addresses, hashes and names that are in the tables. */
  readonly known: readonly string[]
}

/** Strings that are rarely meant. */
export const NASTY: readonly string[] = [
  '',
  '0',
  '-1',
  '1e400',
  'NaN',
  '9007199254740993',
  '9'.repeat(400),
  '0x',
  `0x${'F'.repeat(64)}`,
  `0x${'0'.repeat(40)}`,
  'null',
  'any',
  'true',
  '\0',
  'a\0b',
  '\uFFFF',
  '\u202Eabc',
  '🦀'.repeat(20),
  '%',
  '_',
  '%00',
  '\\',
  "'; drop table deal; --",
  '"',
  '../../etc/passwd',
  '2024-13-45',
  '1970-01-01T00:00:00Z',
  '__proto__',
  'constructor',
]

/** Draws a document. */
export function drawDocument(draw: GeneratorValue, world: GraphqlWorld): string {
  const query = world.schema.getQueryType()
  if (query === undefined || query === null) throw new Error('The schema has no query.')
  return drawSelections(draw, { ...world, type: query, depth: draw(fc.integer, { min: 1, max: 4 }) })
}

type Place = GraphqlWorld & { readonly type: GraphQLNamedOutputType; readonly depth: number }

function drawSelections(draw: GeneratorValue, { type, depth, ...world }: Place): string {
  if (isAbstractType(type)) {
    const narrowed = pick(draw, world.schema.getPossibleTypes(type))
    return `{ __typename id ... on ${narrowed.name} ${drawSelections(draw, { ...world, type: narrowed, depth })} }`
  }
  if (!isObjectType(type)) return ''
  const fields = Object.values(type.getFields()).filter((field) => depth > 0 || isLeafType(getNamedType(field.type)))
  const count = draw(fc.integer, { min: 1, max: 4 })
  const chosen = Array.from({ length: count }, () => pick(draw, fields))
  const selections = chosen.map((field, index) => {
    const args = field.args
      // Only the youngest block can be asked for.
      .filter(({ name, type: wanted }) => isNonNullType(wanted) || (name !== 'block' && draw(fc.boolean)))
      .map((arg) => `${arg.name}: ${drawValue(draw, { ...world, type: arg.type, depth: 3 })}`)
    const called = args.length === 0 ? field.name : `${field.name}(${args.join(', ')})`
    return `f${index}: ${called} ${drawSelections(draw, { ...world, type: named(field.type), depth: depth - 1 })}`
  })
  return `{ __typename ${selections.join(' ')} }`
}

function named(type: GraphQLOutputType): GraphQLNamedOutputType {
  return getNamedType(type)
}

type ValuePlace = GraphqlWorld & { readonly type: GraphQLInputType; readonly depth: number }

function drawValue(draw: GeneratorValue, place: ValuePlace): string {
  const { type, depth, ...world } = place
  if (pick(draw, HARDLY_EVER)) return pick(draw, ['null', '[]', '{}', '"x"', '-1', '1e400', 'asc', '[[["a"]]]'])
  if (isNonNullType(type)) return drawValue(draw, { ...place, type: type.ofType })
  if (isListType(type)) {
    const values = Array.from({ length: draw(fc.nat, { max: 3 }) }, () =>
      drawValue(draw, { ...place, type: type.ofType, depth: depth - 1 }),
    )
    return `[${values.join(', ')}]`
  }
  if (isEnumType(type)) return pick(draw, type.getValues()).name
  if (isInputObjectType(type)) {
    if (depth <= 0) return '{}'
    const fields = Object.values(type.getFields())
    const chosen = new Set(Array.from({ length: draw(fc.nat, { max: 3 }) }, () => pick(draw, fields)))
    const entries = [...chosen].map((field) => {
      return `${field.name}: ${drawValue(draw, { ...world, type: field.type, depth: depth - 1 })}`
    })
    return `{ ${entries.join(', ')} }`
  }
  return drawScalar(draw, getNamedType(type).name, world.known)
}

function drawScalar(draw: GeneratorValue, type: string, known: readonly string[]): string {
  switch (type) {
    case 'Int':
      return pick(draw, ['0', '1', '2', '5', '10', '100', '1000', '5001'])
    case 'Boolean':
      return pick(draw, ['true', 'false'])
    case 'BigInt':
    case 'BigDecimal':
      return JSON.stringify(pick(draw, ['0', '1', '-5', '300', '1000000000', '9007199254740993', '9'.repeat(80)]))
    case 'Bytes':
      return JSON.stringify(pick(draw, ['0x', ...known.filter((text) => text.startsWith('0x'))]))
    default:
      return JSON.stringify(pick(draw, [...known, ...known, ...NASTY]))
  }
}

const HARDLY_EVER: readonly boolean[] = [true, ...Array.from({ length: 59 }, () => false)]

/** One of them. Only its place is drawn: what draws compares all that it is given. */
export function pick<Item>(draw: GeneratorValue, items: readonly Item[]): Item {
  const place = draw(fc.nat, { max: items.length - 1 })
  if (place >= items.length) throw new Error('There is nothing to choose from.')
  return items[place] as Item
}

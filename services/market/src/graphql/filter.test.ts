// Filters and orders against a second, naive reading of them that works on the answers themselves.
import { toWide } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { START, accountRow, address, assetRow, dealRow, hash } from '../../test/rows.ts'
import type { Database } from '../db/database.ts'
import { entityOf } from './entities.ts'
import { openExample, type Json, type JsonObject } from './exampleMarket.ts'
import { condition, newScope, type Where } from './filter.ts'

const NAMES = [
  '',
  'hello',
  'Hello',
  'HELLO World',
  'world',
  '100%',
  'a_b',
  'a\\b',
  "o'clock",
  'élan',
  '\u{1F600}x',
  'x\u{1F600}',
]
const PRICES = [0n, 1n, 999_999_999n, 1_000_000_000n, 1_500_000_000n, 2n ** 64n, 2n ** 256n - 1n]
const DECIMALS = [
  '0',
  '0.000000001',
  '0.0000000015',
  '0.999999999',
  '1',
  '1.0',
  '1.5',
  '1.50000000001',
  '-1',
  '-0.0',
  '18446744073.709551616',
  '9'.repeat(79),
]
const INTEGERS = [
  '-1',
  '0',
  '1',
  '2',
  String(START),
  String(START + 1),
  String(2n ** 64n),
  String(2n ** 255n),
  '9'.repeat(80),
]
const ADDRESSES = [1, 2, 3, 4, 9].map((n) => address(n, 'e'))

/** How the values of each field are compared, and what they are tried with. */
const FIELDS = {
  id: { as: 'id', values: [1, 2, 20, 40].map((n) => hash(n, 'd')) },
  timestamp: { as: 'number', values: INTEGERS },
  trust: { as: 'number', values: INTEGERS },
  appPrice: { as: 'number', values: DECIMALS },
  params: { as: 'text', values: NAMES },
  tag: { as: 'bytes', values: ['0x', '0x00', '0x01', '0x0a0b', '0x0A'] },
  requester: { as: 'text', values: [...ADDRESSES, '0xE0', 'e', ''] },
  dataset: { as: 'text', values: [address(1), address(2), '0xa'] },
} as const
type FieldName = keyof typeof FIELDS

const SORTED = ['', '_not', '_gt', '_gte', '_lt', '_lte', '_in', '_not_in']
const LOOKING = ['contains', 'starts_with', 'ends_with'].flatMap((look) => [look, `${look}_nocase`])
const OPERATORS = {
  id: SORTED,
  number: SORTED,
  bytes: [...SORTED, '_contains', '_not_contains'],
  text: [...SORTED, ...LOOKING.flatMap((look) => [`_${look}`, `_not_${look}`])],
} as const

const leaf = fc.constantFrom(...(Object.keys(FIELDS) as FieldName[])).chain((name) => {
  const { as, values } = FIELDS[name]
  const value = fc.constantFrom<string>(...values)
  return fc.constantFrom(...OPERATORS[as]).chain((operator) => {
    const asked: fc.Arbitrary<Json> = operator.endsWith('_in') ? fc.array(value, { maxLength: 3 }) : value
    const nullable = name === 'dataset' && (operator === '' || operator === '_not')
    return (nullable ? fc.oneof(asked, fc.constant(null)) : asked).map((of): JsonObject => ({
      [`${name}${operator}`]: of,
    }))
  })
})
const nestedLeaf: fc.Arbitrary<JsonObject> = fc.oneof(
  leaf,
  fc.constantFrom(...NAMES).map((name) => ({ app_: { name_contains: name } })),
  fc.constantFrom(...INTEGERS).map((score) => ({ requester_: { score_lte: score } })),
  fc.constantFrom(...ADDRESSES).map((id) => ({ requester_: { id } })),
)
const where: fc.Arbitrary<JsonObject> = fc.letrec<{ where: JsonObject }>((tie) => ({
  where: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    nestedLeaf,
    fc.tuple(leaf, leaf).map(([one, other]) => ({ ...one, ...other })),
    fc.array(tie('where'), { maxLength: 3 }).map((all) => ({ and: all })),
    fc.array(tie('where'), { maxLength: 3 }).map((some) => ({ or: some })),
  ),
})).where

/** Exactly, with 100 digits behind the point. */
function exact(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.')
  const size = BigInt(whole + fraction.padEnd(100, '0'))
  return decimal.startsWith('-') ? -size : size
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/gu, (letter) => letter.toLowerCase())
}

function order(as: keyof typeof OPERATORS, one: string, other: string): number {
  if (as !== 'number') return compare(one, other)
  const difference = exact(one) - exact(other)
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

function looks(look: string, text: string, needle: string): boolean {
  if (look.endsWith('_nocase')) return looks(look.replace('_nocase', ''), lowerAscii(text), lowerAscii(needle))
  if (look === 'contains') return text.includes(needle)
  return look === 'starts_with' ? text.startsWith(needle) : text.endsWith(needle)
}

/** Ids and bytes are compared in lower case, and addresses always are. */
function written(name: FieldName, asked: string): string {
  return name === 'params' ? asked : asked.toLowerCase()
}

function holds(name: FieldName, operator: string, { value, asked }: { value: string | null; asked: Json }): boolean {
  if (asked === null) return (value === null) === (operator === '')
  if (Array.isArray(asked) && asked.length === 0) return operator === '_not_in'
  if (value === null) return false
  const { as } = FIELDS[name]
  if (Array.isArray(asked)) {
    const listed = asked.some((one) => order(as, value, written(name, one as string)) === 0)
    return listed === (operator === '_in')
  }
  const text = written(name, asked as string)
  const signs: Readonly<Record<string, (difference: number) => boolean>> = {
    '': (difference) => difference === 0,
    _not: (difference) => difference !== 0,
    _gt: (difference) => difference > 0,
    _gte: (difference) => difference >= 0,
    _lt: (difference) => difference < 0,
    _lte: (difference) => difference <= 0,
  }
  const bySign = signs[operator]
  if (bySign !== undefined) return bySign(order(as, value, text))
  const negated = operator.startsWith('_not_')
  const needle = as === 'bytes' ? text.slice(2) : text
  return looks(operator.replace(/^(?:_not)?_/u, ''), value, needle) !== negated
}

function matches(item: JsonObject, asked: JsonObject): boolean {
  return Object.entries(asked).every(([key, value]) => {
    if (key === 'and') return (value as readonly JsonObject[]).every((one) => matches(item, one))
    if (key === 'or') {
      const some = value as readonly JsonObject[]
      return some.length === 0 || some.some((one) => matches(item, one))
    }
    const of = value as JsonObject
    if (key === 'app_') return ((item['app'] as JsonObject)['name'] as string).includes(of['name_contains'] as string)
    if (key === 'requester_') {
      const { id, score } = item['requester'] as { readonly id: string; readonly score: string }
      return 'id' in of ? id === of['id'] : exact(score) <= exact(of['score_lte'] as string)
    }
    const name = (Object.keys(FIELDS) as FieldName[]).find((one) => key === one || key.startsWith(`${one}_`)) ?? 'id'
    return holds(name, key.slice(name.length), { value: valueOf(item, name), asked: value })
  })
}

function valueOf(item: JsonObject, name: FieldName): string | null {
  const value = item[name] ?? null
  return value !== null && typeof value === 'object'
    ? ((value as JsonObject)['id'] as string)
    : (value as string | null)
}

/** Null is larger than everything; ties go by the id. */
function sorted(items: readonly JsonObject[], by: FieldName, direction: 'asc' | 'desc'): readonly JsonObject[] {
  const sign = direction === 'asc' ? 1 : -1
  return items.toSorted((one, other) => {
    const [first, second] = [valueOf(one, by), valueOf(other, by)]
    const ties = compare(one['id'] as string, other['id'] as string)
    if (first === null || second === null) {
      const nulls = Number(first === null) - Number(second === null)
      return sign * (nulls === 0 ? ties : nulls)
    }
    const difference = order(FIELDS[by].as, first, second)
    return sign * (difference === 0 ? ties : difference)
  })
}

function pick<Value>(values: readonly Value[], n: number): Value {
  return values[n % values.length] as Value
}

function pageOf(by: string, first: number, skip: number): string {
  return `usages(orderBy: ${by}, orderDirection: desc, first: ${first}, skip: ${skip}, where: { timestamp_gt: ${START} }) { id }`
}

/** Forty deals in which every value meets every other somewhere. */
async function insertDeals(database: Database): Promise<void> {
  const tags = ['0x', '0x00', '0x01', '0x0a0b'] as const
  await database.write(async (writer) => {
    await writer
      .insertInto('asset')
      .values(NAMES.map((name, n) => assetRow({ address: address(n), kind: 'app', name })))
      .execute()
    await writer
      .insertInto('asset')
      .values(assetRow({ address: address(50), kind: 'dataset' }))
      .execute()
    await writer
      .insertInto('account')
      .values(ADDRESSES.map((one, n) => accountRow({ address: one, score: toWide(BigInt(n)) })))
      .execute()
    const deals = Array.from({ length: 40 }, (_, n) =>
      dealRow({
        id: hash(n, 'd'),
        app: address(n % NAMES.length),
        dataset: n % 3 === 0 ? null : address(n % 3),
        timestamp: START + (n % 4),
        block: 10 + (n % 4),
        trust: toWide(pick([0n, 1n, 2n, 2n ** 64n, 2n ** 255n], n * 3)),
        app_price: toWide(pick(PRICES, n * 5)),
        params: pick(NAMES, n * 7),
        tag: pick(tags, n),
        requester: pick(ADDRESSES, n * 11),
      }),
    )
    await writer.insertInto('deal').values(deals).execute()
  })
}

const ITEM = 'id timestamp trust appPrice params tag requester { id score } app { name }'

onBothEngines('a filter', (engine) => {
  test('lets through what a naive reading of it lets through, in the order that is asked for', async () => {
    const { database, ask } = await openExample(engine, { empty: true })
    await insertDeals(database)
    const rows = await database.read.selectFrom('deal').select(['id', 'dataset']).execute()
    const datasets = new Map<string, string | null>(rows.map(({ id, dataset }) => [id, dataset]))
    const { deals: all } = await ask(`{ deals(first: 1000) { ${ITEM} } }`)
    // The entity has no dataset where the address has no row, and the filter is about the address.
    const items = (all as readonly JsonObject[]).map((item) => ({
      ...item,
      dataset: datasets.get(item['id'] as string) ?? null,
    }))
    const query = `query ($where: Deal_filter, $by: Deal_orderBy, $direction: OrderDirection, $first: Int, $skip: Int) {
      deals(where: $where, orderBy: $by, orderDirection: $direction, first: $first, skip: $skip) { id }
      app(id: "${address(1)}") { usages(where: $where, orderBy: $by, orderDirection: $direction, first: $first, skip: $skip) { id } }
    }`
    const page = fc.record({
      by: fc.constantFrom(...(Object.keys(FIELDS) as FieldName[])),
      direction: fc.constantFrom('asc' as const, 'desc' as const),
      first: fc.integer({ min: 0, max: 50 }),
      skip: fc.integer({ min: 0, max: 10 }),
    })

    await fc.assert(
      fc.asyncProperty(where, page, async (asked, { by, direction, first, skip }) => {
        const answer = await ask(query, { where: asked, by, direction, first, skip })

        const fitting = sorted(
          items.filter((item) => matches(item, asked)),
          by,
          direction,
        )
        const shown = (found: readonly JsonObject[]): Json =>
          found.slice(skip, skip + first).map(({ id }) => ({ id: id ?? null }))
        const ofApp = fitting.filter((item) => Number(`0x${(item['id'] as string).slice(-8)}`) % NAMES.length === 1)
        expect(answer).toEqual({ deals: shown(fitting), app: { usages: shown(ofApp) } })
      }),
      { numRuns: 400 },
    )
  })

  test('lists of many parents hold what the list of each alone holds', async () => {
    const { database, ask } = await openExample(engine, { empty: true })
    await insertDeals(database)

    for (const by of ['id', 'dataset', 'appPrice', 'requester__score']) {
      for (const [first, skip] of [
        [1, 0],
        [2, 1],
        [100, 0],
      ] as const) {
        const { apps } = await ask(`{ apps { id ${pageOf(by, first, skip)} } }`)
        for (const { id, usages } of apps as readonly { id: string; usages: Json }[]) {
          expect(await ask(`{ app(id: "${id}") { ${pageOf(by, first, skip)} } }`)).toEqual({ app: { usages } })
        }
      }
    }
  })
})

test('a filter is refused at its first condition too many, and the others are never looked at', () => {
  for (const one of [{}, { id: '0x' }, { and: [{}] }, { usages_: {} }] satisfies Where[]) {
    for (const name of ['and', 'or']) {
      let built = 0
      const counted = new Proxy<Where>(one, {
        ownKeys: (target) => {
          built += 1
          return Reflect.ownKeys(target)
        },
      })
      const place = { alias: 'e', engine: 'sqlite' } as const
      const asked = { where: { [name]: Array.from({ length: 10_000 }, () => counted) }, scope: newScope('sqlite') }

      expect(() => condition(entityOf('App'), place, asked)).toThrow('`where` has more than 200 conditions.')
      expect(built).toBeLessThanOrEqual(200)
    }
  }
})

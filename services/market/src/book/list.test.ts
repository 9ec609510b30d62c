// Lists against a plain filter and sort, written anew: the same answer for any book and any question.
import { WIRE_KINDS, kindOfWire, type OrderFilters, type WireKind } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import * as fc from 'fast-check'
import { CompiledQuery } from 'kysely'
import { expect, test } from 'vitest'
import type { Address, Hex } from 'viem'
import { openTestDatabase } from '../../test/database.ts'
import { NOBODY, address, bookRow, hash } from '../../test/rows.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { isSought } from './filter.ts'
import { findOrder, listOrders } from './list.ts'
import { splitTag } from './tag.ts'
import { seedBook } from './testMarket.ts'

const BULK = 2 ** 53 - 2
const PEOPLE = [address(1), address(2), address(3)] as const
const SIDES = ['app', 'dataset', 'workerpool', 'requester'] as const

const someone = fc.constantFrom(...PEOPLE)
const perhaps = fc.oneof({ weight: 2, arbitrary: fc.constant(NOBODY) }, { weight: 1, arbitrary: someone })
// Few bits, in different parts and at the edges of parts.
const bits = fc.subarray([0, 8, 51, 52, 103, 104, 207, 208, 255])
const tag = bits.map(
  (set): Hex =>
    `0x${set
      .reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)
      .toString(16)
      .padStart(64, '0')}`,
)

const orders = fc
  .array(
    fc.record({
      kind: fc.constantFrom('app', 'dataset', 'workerpool', 'request'),
      signer: someone,
      app: perhaps,
      dataset: perhaps,
      workerpool: perhaps,
      requester: perhaps,
      beneficiary: someone,
      price: fc.nat(3),
      volume: fc.constantFrom(5, BULK - 1, BULK, BULK + 1),
      remaining: fc.integer({ min: 1, max: 5 }),
      category: fc.nat(2),
      trust: fc.nat(3),
      tag,
      status: fc.constantFrom('open', 'open', 'open', 'open', 'filled', 'canceled', 'dead'),
      published_at: fc.nat(2).map((n) => 1_700_000_000_000 + n),
    }),
    { maxLength: 60 },
  )
  .map((rows) =>
    rows.map(({ beneficiary, category, trust, ...row }, n): BookOrderTable => {
      const isRequest = row.kind === 'request'
      const isSorted = isRequest || row.kind === 'workerpool'
      return bookRow({
        ...row,
        ...splitTag(row.tag),
        // Who requests signs.
        requester: isRequest ? row.signer : row.requester,
        beneficiary: isRequest ? beneficiary : null,
        category: isSorted ? category : null,
        trust: isSorted ? trust : null,
        // So that their order is not that of their making.
        hash: hash((n * 7919) % 1009),
      })
    }),
  )

const sought = fc.oneof(someone, fc.constant('any' as const))
const filters: fc.Arbitrary<OrderFilters> = fc.record(
  {
    app: sought,
    dataset: sought,
    workerpool: sought,
    requester: sought,
    beneficiary: someone,
    isAppStrict: fc.boolean(),
    isDatasetStrict: fc.boolean(),
    isWorkerpoolStrict: fc.boolean(),
    isRequesterStrict: fc.boolean(),
    appOwner: someone,
    datasetOwner: someone,
    workerpoolOwner: someone,
    category: fc.nat(2),
    minTag: tag,
    maxTag: tag,
    minTrust: fc.integer({ min: -2, max: 3 }),
    maxTrust: fc.nat(3),
    minVolume: fc.integer({ min: 1, max: 6 }),
    bulkOnly: fc.boolean(),
    status: fc.constantFrom('open', 'filled', 'canceled', 'dead', 'any'),
  },
  { requiredKeys: [] },
)

/** Which filters the list of a kind knows; the address filters that are not the kind's own are restrictions. */
const KNOWN: Readonly<Record<WireKind, readonly (keyof OrderFilters)[]>> = {
  apporder: [
    'app',
    'appOwner',
    'dataset',
    'isDatasetStrict',
    'workerpool',
    'isWorkerpoolStrict',
    'requester',
    'isRequesterStrict',
  ],
  datasetorder: [
    'dataset',
    'datasetOwner',
    'app',
    'isAppStrict',
    'workerpool',
    'isWorkerpoolStrict',
    'requester',
    'isRequesterStrict',
    'bulkOnly',
  ],
  workerpoolorder: [
    'workerpool',
    'workerpoolOwner',
    'category',
    'app',
    'isAppStrict',
    'dataset',
    'isDatasetStrict',
    'requester',
    'isRequesterStrict',
    'minTrust',
  ],
  requestorder: [
    'app',
    'dataset',
    'requester',
    'beneficiary',
    'category',
    'workerpool',
    'isWorkerpoolStrict',
    'maxTrust',
  ],
}

function known(kind: WireKind, query: OrderFilters): OrderFilters {
  const names: readonly string[] = [...KNOWN[kind], 'minTag', 'maxTag', 'minVolume', 'status']
  return Object.fromEntries(Object.entries(query).filter(([name]) => names.includes(name)))
}

/** The rules of the specification once more, over rows in memory. */
function isListed(kind: WireKind, query: OrderFilters, row: BookOrderTable): boolean {
  const { status = 'open' } = query
  if (row.kind !== kindOfWire(kind) || (status !== 'any' && row.status !== status)) return false
  const subjects = kind === 'requestorder' ? ['app', 'dataset', 'requester'] : [kindOfWire(kind)]
  for (const side of SIDES) {
    const wanted = query[side]
    if (wanted === 'any') continue
    if (subjects.includes(side)) {
      if (wanted !== undefined && row[side] !== wanted) return false
    } else if (!isLetIn(row[side], wanted, isStrict(query, side))) return false
  }
  for (const owner of [query.appOwner, query.datasetOwner, query.workerpoolOwner]) {
    if (owner !== undefined && row.signer !== owner) return false
  }
  if (query.beneficiary !== undefined && row.beneficiary !== query.beneficiary) return false
  if (query.category !== undefined && row.category !== query.category) return false
  if (query.minTrust !== undefined && query.minTrust > 1 && (row.trust ?? 0) < query.minTrust) return false
  if (query.maxTrust !== undefined && (row.trust ?? 0) > query.maxTrust) return false
  if (query.minVolume !== undefined && row.remaining < query.minVolume) return false
  if (query.bulkOnly === true && !(row.price === 0 && row.volume >= BULK)) return false
  const has = BigInt(row.tag)
  const must = BigInt(query.minTag ?? 0)
  const may = query.maxTag === undefined ? has : BigInt(query.maxTag)
  return (has & must) === must && (has | may) === may
}

function isStrict(query: OrderFilters, side: (typeof SIDES)[number]): boolean {
  const flags = {
    app: query.isAppStrict,
    dataset: query.isDatasetStrict,
    workerpool: query.isWorkerpoolStrict,
    requester: query.isRequesterStrict,
  }
  return flags[side] === true
}

function isLetIn(restriction: Address, wanted: Address | undefined, strict: boolean): boolean {
  if (wanted === undefined) return restriction === NOBODY
  return restriction === wanted || (!strict && restriction === NOBODY)
}

function listed(kind: WireKind, query: OrderFilters, rows: readonly BookOrderTable[]): readonly BookOrderTable[] {
  const direction = kind === 'requestorder' ? -1 : 1
  return rows
    .filter((row) => isListed(kind, query, row))
    .toSorted(
      (one, next) =>
        direction * (one.price - next.price) || one.published_at - next.published_at || (one.hash < next.hash ? -1 : 1),
    )
}

onBothEngines('lists', (engine) => {
  test('hold what a plain filter and sort over all rows gives, whatever the book and the question', async () => {
    const database = await openTestDatabase(engine)

    await fc.assert(
      fc.asyncProperty(orders, fc.array(filters, { minLength: 10, maxLength: 10 }), async (rows, questions) => {
        await database.write(async (writer) => writer.deleteFrom('book_order').execute())
        await seedBook(database, rows)
        for (const kind of WIRE_KINDS) {
          for (const question of questions) {
            const query = known(kind, question)
            const expected = listed(kind, query, rows)

            const answer = await listOrders(database.read, { chainId: 1, kind, query, page: { skip: 0, limit: 100 } })

            expect(answer.orders.map(({ orderHash }) => orderHash)).toEqual(expected.map((row) => row.hash))
            expect(answer.count).toBe(expected.length)
          }
        }
      }),
      { numRuns: engine === 'sqlite' ? 60 : 15 },
    )
  })

  test('come in pages, and say where the next one starts as long as a page is full', async () => {
    const database = await openTestDatabase(engine)
    const rows = Array.from({ length: 45 }, (_, n) => bookRow({ kind: 'app', hash: hash(n), price: n }))
    await seedBook(database, rows)
    const page = async (skip: number): ReturnType<typeof listOrders> =>
      listOrders(database.read, { chainId: 1, kind: 'apporder', query: { app: 'any' }, page: { skip, limit: 15 } })

    const pages = [await page(0), await page(15), await page(30), await page(45), await page(2 ** 52)]

    expect(pages.map(({ nextPage }) => nextPage)).toEqual([15, 30, 45, undefined, undefined])
    expect(pages.map(({ count }) => count)).toEqual([45, 45, 45, 45, 45])
    expect(pages.flatMap((one) => one.orders.map(({ orderHash }) => orderHash))).toEqual(rows.map((row) => row.hash))
  })

  test('say of dataset orders whether they serve in bulk; single orders do not', async () => {
    const database = await openTestDatabase(engine)
    const sizes = [
      { price: 0, volume: BULK },
      { price: 0, volume: BULK - 1 },
      { price: 1, volume: BULK },
    ]
    await seedBook(
      database,
      sizes.map((size, n) => bookRow({ kind: 'dataset', hash: hash(n), ...size })),
    )
    await seedBook(database, [bookRow({ kind: 'app', hash: hash(9) })])
    const page = { skip: 0, limit: 20 }

    const list = await listOrders(database.read, { chainId: 1, kind: 'datasetorder', query: { dataset: 'any' }, page })
    const apps = await listOrders(database.read, { chainId: 1, kind: 'apporder', query: { app: 'any' }, page })
    const single = await findOrder(database.read, { chainId: 1, kind: 'datasetorder', hash: hash(0) })

    expect(list.orders.map(({ bulk }) => bulk)).toEqual([true, false, false])
    expect(apps.orders.map((order) => 'bulk' in order)).toEqual([false])
    expect(single !== undefined && 'bulk' in single).toBe(false)
  })
})

const asset = address(1)
const terms = { minTag: hash(1), maxTag: hash(2), minVolume: 2 }
const restrictions = { app: asset, dataset: asset, workerpool: asset, requester: asset }
test.for([
  ['apporder', { ...restrictions, ...terms }],
  ['datasetorder', { ...restrictions, ...terms, bulkOnly: true }],
  ['workerpoolorder', { ...restrictions, ...terms, category: 1, minTrust: 2 }],
  ['workerpoolorder', { category: 1, requester: 'any' }],
  ['apporder', { app: 'any' }],
  ['datasetorder', { dataset: 'any' }],
  ['requestorder', { category: 1, maxTrust: 2, ...terms }],
] as const)('lists of %ss with %o are counted in an index alone, on SQLite', async ([kind, query]) => {
  const { read } = await openTestDatabase('sqlite')
  const count = read
    .selectFrom('book_order')
    .where((rows) => isSought(rows, kind, query))
    .select((rows) => rows.fn.countAll().as('count'))
    .compile()

  const plan = CompiledQuery.raw(`explain query plan ${count.sql}`, [...count.parameters])
  const { rows } = await read.executeQuery<{ readonly detail: string }>(plan)

  expect(rows.map(({ detail }) => detail)).toEqual([expect.stringContaining('USING COVERING INDEX')])
})

onBothEngines('a single order', (engine) => {
  test.for(['open', 'filled', 'canceled', 'dead'] as const)(
    'is found when it is %s, under its own kind only',
    async (status) => {
      const database = await openTestDatabase(engine)
      await seedBook(database, [bookRow({ kind: 'app', hash: hash(1), status })])
      const find = async (kind: WireKind, wanted: Hex): ReturnType<typeof findOrder> =>
        findOrder(database.read, { chainId: 7, kind, hash: wanted })

      expect(await find('apporder', hash(1))).toMatchObject({ orderHash: hash(1), status, chainId: 7 })
      expect(await find('datasetorder', hash(1))).toBeUndefined()
      expect(await find('apporder', hash(2))).toBeUndefined()
    },
  )
})

// The book as the chain moves, against a second, naive reading of the rules; forward, and back again.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Address, Hex } from 'viem'
import { onBothEngines } from '../../test/database.ts'
import { NOBODY, START, hash as hashOfNumber } from '../../test/rows.ts'
import type { Database } from '../db/database.ts'
import type { AssetKind, BookOrderTable, OrderStatus } from '../db/schema.ts'
import { recheckBook } from './recheck.ts'
import { reopenBook } from './reopen.ts'
import {
  appOrder,
  assetAddress,
  datasetOrder,
  openTestBook,
  person,
  requestOrder,
  rowOf,
  seedAsset,
  seedBook,
  seedChainOrder,
  seedStake,
  NO_TAG,
  TEE_TAG,
  workerpoolOrder,
  type TestBook,
} from './testMarket.ts'
import { UNTOUCHED_BOOK, uniteTouched, type Touched } from './touched.ts'

const ASSETS = { app: [1, 2], dataset: [3, 4], workerpool: [5, 6] } as const
const WALLETS = [1, 2].map((n) => person(n).toLowerCase() as Address)
const wallet = fc.constantFrom(...WALLETS)
const anyWallet = fc.constantFrom(NOBODY, NOBODY, ...WALLETS)
const ofKind = (kind: AssetKind): fc.Arbitrary<Address> => fc.constantFrom(...ASSETS[kind].map((n) => assetAddress(n)))
const orNobody = (kind: AssetKind): fc.Arbitrary<Address> => fc.oneof(fc.constant(NOBODY), ofKind(kind))
const tag = fc.constantFrom(NO_TAG, TEE_TAG)
const price = fc.nat(4)
const volume = fc.integer({ min: 1, max: 4 })

const apps = fc.record({
  app: ofKind('app'),
  appprice: price,
  volume,
  tag,
  datasetrestrict: orNobody('dataset'),
  requesterrestrict: anyWallet,
})
const datasets = fc.record({ dataset: ofKind('dataset'), datasetprice: price, volume, apprestrict: orNobody('app') })
const pools = fc.record({ workerpool: ofKind('workerpool'), workerpoolprice: fc.constantFrom(3, 4, 10, 20), volume })
const requests = fc.record({
  app: ofKind('app'),
  appmaxprice: price,
  dataset: orNobody('dataset'),
  datasetmaxprice: price,
  volume,
  tag,
  requester: wallet,
})

/** Everything that the chain says and the book depends on. */
type Chain = {
  readonly owners: ReadonlyMap<Address, Address>
  readonly stakes: ReadonlyMap<Address, number>
  readonly consumed: ReadonlyMap<Hex, number>
  readonly closed: ReadonlySet<Hex>
}

type Change =
  | { readonly do: 'consume'; readonly order: number; readonly by: number }
  | { readonly do: 'close'; readonly order: number }
  | { readonly do: 'stake'; readonly who: Address; readonly stake: number }
  | { readonly do: 'sell'; readonly asset: Address; readonly to: Address }
  | { readonly do: 'broadcast'; readonly order: number }

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ do: fc.constant('consume' as const), order: fc.nat(), by: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('close' as const), order: fc.nat() }),
  fc.record({ do: fc.constant('stake' as const), who: wallet, stake: fc.nat(60) }),
  fc.record({
    do: fc.constant('sell' as const),
    asset: fc.oneof(ofKind('app'), ofKind('dataset'), ofKind('workerpool')),
    to: wallet,
  }),
  fc.record({ do: fc.constant('broadcast' as const), order: fc.nat() }),
)

const orders = fc
  .tuple(
    fc.array(apps, { minLength: 2, maxLength: 6 }),
    fc.array(datasets, { maxLength: 4 }),
    fc.array(pools, { maxLength: 4 }),
    fc.array(requests, { minLength: 3, maxLength: 12 }),
  )
  .chain(([app, dataset, pool, request]) =>
    fc.infiniteStream(fc.boolean()).map((coins) => {
      const signer = (): Address => (coins.next().value === true ? WALLETS[0] : WALLETS[1]) ?? NOBODY
      return [
        ...app.map((fields) => rowOf('apporder', appOrder(fields.app, fields), { signer: signer() })),
        ...dataset.map((fields) => rowOf('datasetorder', datasetOrder(fields.dataset, fields), { signer: signer() })),
        ...pool.map((fields) =>
          rowOf('workerpoolorder', workerpoolOrder(fields.workerpool, fields), { signer: signer() }),
        ),
        ...request.map((fields) =>
          rowOf('requestorder', requestOrder(fields, { ...fields, workerpoolmaxprice: 2 }), {
            signer: fields.requester,
          }),
        ),
      ]
    }),
  )

function stakeNeeded(row: BookOrderTable, remaining: number): number {
  if (row.kind === 'workerpool') return Math.floor((row.price * 30) / 100) * remaining
  return row.kind === 'request' ? ((row.app_max_price ?? 0) + (row.dataset_max_price ?? 0) + row.price) * remaining : 0
}

function left(row: BookOrderTable, chain: Chain): number {
  return chain.closed.has(row.hash) ? 0 : Math.max(0, row.volume - (chain.consumed.get(row.hash) ?? 0))
}

function isCovered(row: BookOrderTable, chain: Chain): boolean {
  return (chain.stakes.get(row.signer) ?? 0) >= stakeNeeded(row, left(row, chain))
}

function isOwned(row: BookOrderTable, chain: Chain): boolean {
  return row.kind === 'request' || chain.owners.get(row[row.kind]) === row.signer
}

function letsIn(restriction: Address, who: Address): boolean {
  return restriction === NOBODY || restriction === who
}

function isMatched(request: BookOrderTable, open: readonly BookOrderTable[]): boolean {
  const app = open.some(
    (row) =>
      row.kind === 'app' &&
      row.app === request.app &&
      row.price <= (request.app_max_price ?? 0) &&
      letsIn(row.dataset, request.dataset) &&
      letsIn(row.requester, request.requester) &&
      (request.tag !== TEE_TAG || row.tag === TEE_TAG),
  )
  const dataset = open.some(
    (row) =>
      row.kind === 'dataset' &&
      row.dataset === request.dataset &&
      row.price <= (request.dataset_max_price ?? 0) &&
      letsIn(row.app, request.app),
  )
  return app && (request.dataset === NOBODY || dataset)
}

/** The open orders that stay, and the broadcast ones that come. A closed, consumed, sold or uncovered one never returns by itself. */
function next(
  open: readonly BookOrderTable[],
  chain: Chain,
  broadcast: readonly BookOrderTable[],
): readonly BookOrderTable[] {
  const holds = (row: BookOrderTable): boolean => left(row, chain) > 0 && isCovered(row, chain) && isOwned(row, chain)
  const come = broadcast.filter((row) => holds(row) && !open.some(({ hash }) => hash === row.hash))
  const sellers = [...open.filter(holds), ...come].filter(({ kind }) => kind !== 'request')
  const asks = [...open.filter(holds), ...come].filter(({ kind }) => kind === 'request')
  return [...sellers, ...asks.filter((row) => isMatched(row, sellers))]
}

function apply(
  chain: Chain,
  changes: readonly Change[],
  rows: readonly BookOrderTable[],
): { readonly chain: Chain; readonly touched: Touched; readonly broadcast: readonly BookOrderTable[] } {
  const [owners, stakes, consumed, closed] = [
    new Map(chain.owners),
    new Map(chain.stakes),
    new Map(chain.consumed),
    new Set(chain.closed),
  ]
  const [hashes, accounts, assets] = [new Set<Hex>(), new Set<Address>(), new Set<Address>()]
  const broadcast: BookOrderTable[] = []
  for (const one of changes) {
    const row = 'order' in one ? rows[one.order % rows.length] : undefined
    if (one.do === 'stake') {
      stakes.set(one.who, one.stake)
      accounts.add(one.who)
    } else if (one.do === 'sell') {
      owners.set(one.asset, one.to)
      assets.add(one.asset)
    } else if (row !== undefined && one.do === 'broadcast') broadcast.push(row)
    else if (row !== undefined) {
      if (one.do === 'close') closed.add(row.hash)
      if (one.do === 'consume') consumed.set(row.hash, (consumed.get(row.hash) ?? 0) + one.by)
      hashes.add(row.hash)
    }
  }
  const broadcasts = broadcast.map(({ kind, body, hash, signer }) => ({ kind, body, hash, signer, timestamp: START }))
  return {
    chain: { owners, stakes, consumed, closed },
    broadcast,
    touched: { orders: hashes, accounts, assets, broadcasts, undone: false },
  }
}

async function writeChain(database: Database, chain: Chain): Promise<void> {
  await database.write(async (writer) => {
    for (const table of ['asset', 'account', 'chain_order'] as const) await writer.deleteFrom(table).execute()
  })
  for (const kind of ['app', 'dataset', 'workerpool'] as const) {
    for (const n of ASSETS[kind])
      await seedAsset(database, { kind, address: assetAddress(n), owner: chain.owners.get(assetAddress(n)) ?? NOBODY })
  }
  for (const [who, stake] of chain.stakes) await seedStake(database, who, BigInt(stake))
  for (const hash of new Set([...chain.consumed.keys(), ...chain.closed])) {
    await seedChainOrder(database, {
      hash,
      consumed: BigInt(chain.consumed.get(hash) ?? 0),
      closed: chain.closed.has(hash),
    })
  }
}

async function openOrders(database: Database): Promise<readonly string[]> {
  const rows = await database.read
    .selectFrom('book_order')
    .select(['hash', 'remaining'])
    .where('status', '=', 'open')
    .execute()
  return rows.map(({ hash, remaining }) => `${hash} ${remaining}`).toSorted()
}

function shown(open: readonly BookOrderTable[], chain: Chain): readonly string[] {
  return open.map((row) => `${row.hash} ${left(row, chain)}`).toSorted()
}

async function recheck({ market }: TestBook, touched: Touched, block: number): Promise<void> {
  await market.bus.write(async (writer, announce) => recheckBook(writer, touched, { block, announce }))
}

onBothEngines('the book', (engine) => {
  test('holds after every block what a naive reading of the rules keeps, and again when blocks are undone', async () => {
    const book = await openTestBook(engine)
    const { database } = book

    await fc.assert(
      fc.asyncProperty(
        orders,
        fc.array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        async (rows, blocks, depth) => {
          const owners = new Map(
            [...ASSETS.app, ...ASSETS.dataset, ...ASSETS.workerpool].map((n) => [
              assetAddress(n),
              WALLETS[0] ?? NOBODY,
            ]),
          )
          const first: Chain = {
            owners,
            stakes: new Map(WALLETS.map((who) => [who, 60])),
            consumed: new Map(),
            closed: new Set(),
          }
          await database.write(async (writer) => writer.deleteFrom('book_order').execute())
          const states = [{ chain: first, open: next(rows, first, []) }]
          await seedBook(database, states[0]?.open ?? [])

          const touches: Touched[] = []
          for (const [index, changes] of blocks.entries()) {
            const last = states.at(-1) ?? { chain: first, open: [] }
            const { chain, touched, broadcast } = apply(last.chain, changes, rows)
            const open = next(last.open, chain, broadcast)
            await writeChain(database, chain)
            await recheck(book, touched, index + 1)

            expect(await openOrders(database)).toEqual(shown(open, chain))
            states.push({ chain, open })
            touches.push(touched)
          }

          // Broadcast again while dead: undoing that leaves it open, which a fresh reading would not.
          if (blocks.flat().some((one) => one.do === 'broadcast')) return
          const kept = depth % states.length
          const target = states[kept]
          if (target === undefined) return
          await writeChain(database, target.chain)
          await book.market.bus.write(async (writer, announce) => {
            const reopened = await reopenBook(writer, kept, announce)
            const touched = touches.slice(kept).reduce(uniteTouched, reopened)
            await recheckBook(writer, { ...UNTOUCHED_BOOK, orders: touched.orders }, { block: kept, announce })
            await recheckBook(writer, touched, { block: kept, announce })
          })

          expect(await openOrders(database)).toEqual(shown(target.open, target.chain))
        },
      ),
      { numRuns: engine === 'sqlite' ? 150 : 25 },
    )
  })

  test('judges 20,000 requests that depend on one app order in one go', async () => {
    const book = await openTestBook(engine)
    const app = assetAddress(1)
    await seedAsset(book.database, { kind: 'app', address: app, owner: person(1) })
    const gone = rowOf('apporder', appOrder(app, { appprice: 1 }), { signer: person(1) })
    const restricted = rowOf('apporder', appOrder(app, { appprice: 1, workerpoolrestrict: assetAddress(5) }), {
      signer: person(1),
    })
    const dear = rowOf('apporder', appOrder(app, { appprice: 3 }), { signer: person(1) })
    const request = rowOf('requestorder', requestOrder({ app, requester: person(2) }, { appmaxprice: 2 }), {
      signer: person(2),
    })
    const many = Array.from({ length: 20_000 }, (_, n): BookOrderTable => {
      // Every tenth pays enough for the dear order, every other tenth is for the pool that the restricted one lets in.
      return {
        ...request,
        hash: hashOfNumber(n, 'e'),
        app_max_price: n % 10 === 0 ? 3 : 2,
        workerpool: n % 10 === 1 ? assetAddress(5) : NOBODY,
      }
    })
    await seedBook(book.database, [gone, restricted, dear, ...many])
    await seedChainOrder(book.database, { hash: gone.hash, closed: true })

    const start = performance.now()
    await recheck(book, { ...UNTOUCHED_BOOK, orders: new Set([gone.hash]) }, 9)
    const tookMs = performance.now() - start

    const counts = await book.database.read
      .selectFrom('book_order')
      .select((rows) => ['status', rows.fn.countAll<number>().as('count')])
      .where('kind', '=', 'request')
      .groupBy('status')
      .execute()
    expect(new Map(counts.map(({ status, count }) => [status, count]))).toEqual(
      new Map([
        ['dead', 16_000],
        ['open', 4000],
      ]),
    )
    expect(book.announced).toHaveLength(16_001)
    // A few statements take a part of a second; one for each row would take many.
    expect(tookMs).toBeLessThan(10_000)
  }, 120_000)

  test('tells what became of orders: updated, unpublished, published', async () => {
    const book = await openTestBook(engine)
    const app = assetAddress(1)
    await seedAsset(book.database, { kind: 'app', address: app, owner: person(1) })
    const [partly, full, closed, dead] = [0, 1, 2, 3].map(() => rowOf('apporder', appOrder(app), { signer: person(1) }))
    if (partly === undefined || full === undefined || closed === undefined || dead === undefined)
      throw new Error('Four.')
    await seedBook(book.database, [partly, full, closed, { ...dead, status: 'dead' }])
    await seedChainOrder(book.database, { hash: partly.hash, consumed: 4n })
    await seedChainOrder(book.database, { hash: full.hash, consumed: 10n })
    for (const { hash } of [closed, dead]) await seedChainOrder(book.database, { hash, closed: true })
    const orders4 = new Set([partly.hash, full.hash, closed.hash, dead.hash])

    await recheck(book, { ...UNTOUCHED_BOOK, orders: orders4 }, 9)
    await recheck(book, { ...UNTOUCHED_BOOK, orders: orders4 }, 10)

    const told = book.announced.map((message) => [message.type, 'hash' in message && message.hash])
    expect(told).toHaveLength(3)
    expect(told).toEqual(
      expect.arrayContaining([
        ['order_updated', partly.hash],
        ['order_unpublished', full.hash],
        ['order_unpublished', closed.hash],
      ]),
    )
    const rows = await book.database.read
      .selectFrom('book_order')
      .select(['hash', 'status', 'remaining', 'status_block'])
      .execute()
    expect(rows).toEqual(
      expect.arrayContaining([
        { hash: partly.hash, status: 'open', remaining: 6, status_block: null },
        { hash: full.hash, status: 'filled', remaining: 0, status_block: 9 },
        { hash: closed.hash, status: 'canceled', remaining: 0, status_block: 9 },
        { hash: dead.hash, status: 'canceled', remaining: 0, status_block: null },
      ]),
    )
  })

  test('does not open what was dead before the blocks that are undone', async () => {
    const book = await openTestBook(engine)
    const app = assetAddress(1)
    await seedAsset(book.database, { kind: 'app', address: app, owner: person(1) })
    const row = rowOf('apporder', appOrder(app), {
      signer: person(1),
      status: 'canceled',
      status_block: 5,
      remaining: 0,
    })
    await seedBook(book.database, [row])

    // It died in block 5, was closed in block 8, and block 8 is undone.
    await book.market.bus.write(async (writer, announce) => {
      const orders7 = new Set([row.hash])
      const touched = await reopenBook(writer, 7, announce)
      await recheckBook(writer, { ...UNTOUCHED_BOOK, orders: orders7 }, { block: 7, announce })
      await recheckBook(writer, { ...touched, orders: orders7 }, { block: 7, announce })
    })

    const rows = await book.database.read
      .selectFrom('book_order')
      .select(['status', 'remaining', 'status_block'])
      .execute()
    expect(rows).toEqual([{ status: 'dead', remaining: 10, status_block: 5 }])
  })

  test('takes out what undone blocks broadcast, and the requests that lived on it', async () => {
    const book = await openTestBook(engine)
    const app = assetAddress(1)
    await seedAsset(book.database, { kind: 'app', address: app, owner: person(1) })
    await seedStake(book.database, person(2), 10n ** 12n)
    const offer = rowOf('apporder', appOrder(app), { signer: person(1) })
    const ask = rowOf('requestorder', requestOrder({ app, requester: person(2) }), { signer: person(2) })
    // The request stands before the offer, in the same block.
    const broadcasts = [ask, offer].map(({ kind, body, hash, signer }) => ({
      kind,
      body,
      hash,
      signer,
      timestamp: START,
    }))
    await recheck(book, { ...UNTOUCHED_BOOK, broadcasts }, 8)
    const before = await openOrders(book.database)

    await book.market.bus.write(async (writer, announce) => {
      await recheckBook(writer, await reopenBook(writer, 7, announce), { block: 7, announce })
    })

    expect(before).toHaveLength(2)
    expect(await openOrders(book.database)).toEqual([])
    expect(book.announced.map(({ type }) => type)).toEqual([
      'order_published',
      'order_published',
      'order_unpublished',
      'order_unpublished',
    ])
  })

  test('lets a request die that was published on an offer which an undo takes out', async () => {
    const book = await openTestBook(engine)
    const app = assetAddress(1)
    await seedAsset(book.database, { kind: 'app', address: app, owner: person(1) })
    const offer = rowOf('apporder', appOrder(app), { signer: person(1), broadcast_block: 8 })
    const ask = rowOf('requestorder', requestOrder({ app, requester: person(2) }), { signer: person(2) })
    await seedStake(book.database, person(2), 10n ** 12n)
    await seedBook(book.database, [offer, ask])

    await book.market.bus.write(async (writer, announce) => {
      await recheckBook(writer, await reopenBook(writer, 7, announce), { block: 7, announce })
    })

    const rows = await book.database.read.selectFrom('book_order').select(['hash', 'status']).execute()
    expect(rows).toEqual([{ hash: ask.hash, status: 'dead' }])
  })

  test('opens again what is not filled or canceled any more when the tables were read anew', async () => {
    const book = await openTestBook(engine)
    const app = assetAddress(1)
    await seedAsset(book.database, { kind: 'app', address: app, owner: person(1) })
    const was = (status: OrderStatus, status_block: number | null): BookOrderTable =>
      rowOf('apporder', appOrder(app), { signer: person(1), status, status_block, remaining: 0 })
    const [filled, canceled] = [was('filled', 5), was('canceled', 6)]
    const stillFilled = was('filled', 5)
    const partly = was('filled', 5)
    const stay = [was('dead', 5), was('dead', null)]
    const diedByHand = was('canceled', null)
    await seedBook(book.database, [filled, canceled, stillFilled, partly, ...stay, diedByHand])
    await seedChainOrder(book.database, { hash: stillFilled.hash, consumed: 10n })
    await seedChainOrder(book.database, { hash: partly.hash, consumed: 4n })
    const rows = [filled, canceled, stillFilled, partly, ...stay, diedByHand]

    await recheck(book, { ...UNTOUCHED_BOOK, orders: new Set(rows.map(({ hash }) => hash)), undone: true }, 9)

    const now = await book.database.read.selectFrom('book_order').selectAll().execute()
    const ofHash = new Map(now.map((row) => [row.hash, [row.status, row.remaining, row.status_block]]))
    expect(rows.map(({ hash }) => ofHash.get(hash))).toEqual([
      ['open', 10, null],
      ['open', 10, null],
      ['filled', 0, 5],
      ['open', 6, null],
      ['dead', 10, 5],
      ['dead', 10, null],
      ['dead', 10, null],
    ])
    expect(book.announced).toHaveLength(3)
    for (const { hash } of [filled, canceled, partly]) {
      expect(book.announced).toContainEqual({ type: 'order_published', kind: 'app', hash })
    }
  })

  test('judges what it opens again like any other: stake, owner, and offers', async () => {
    const book = await openTestBook(engine)
    const [app, sold, pool] = [assetAddress(1), assetAddress(2), assetAddress(5)]
    await seedAsset(book.database, { kind: 'app', address: app, owner: person(1) })
    await seedAsset(book.database, { kind: 'app', address: sold, owner: person(2) })
    await seedAsset(book.database, { kind: 'workerpool', address: pool, owner: person(1) })
    await seedStake(book.database, person(2), 10n ** 12n)
    const over = { status: 'canceled', status_block: 5, remaining: 0 } as const
    const ask = (appmaxprice: number): BookOrderTable =>
      rowOf('requestorder', requestOrder({ app, requester: person(2) }, { appmaxprice }), {
        signer: person(2),
        ...over,
      })
    const [matched, unmatched] = [ask(5), ask(4)]
    const offer = rowOf('apporder', appOrder(app), { signer: person(1), ...over })
    const disowned = rowOf('apporder', appOrder(sold), { signer: person(1), ...over })
    const uncovered = rowOf('workerpoolorder', workerpoolOrder(pool), { signer: person(1), ...over })
    const rows = [matched, unmatched, offer, disowned, uncovered]
    await seedBook(book.database, rows)

    await recheck(book, { ...UNTOUCHED_BOOK, orders: new Set(rows.map(({ hash }) => hash)), undone: true }, 9)

    const found = await book.database.read.selectFrom('book_order').select(['hash', 'status', 'status_block']).execute()
    const ofHash = new Map(found.map((row) => [row.hash, [row.status, row.status_block]]))
    expect(rows.map(({ hash }) => ofHash.get(hash))).toEqual([
      ['open', null],
      ['dead', 9],
      ['open', null],
      ['dead', 9],
      ['dead', 9],
    ])
  })
})

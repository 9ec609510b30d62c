// The book as the chain moves: against a naive reading of the rules, in large numbers, and what is told of it.
import { onBothEngines } from '@iexec/service/test/database'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOBODY, hash as hashOfNumber } from '../../test/rows.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { recheckBook } from './recheck.ts'
import { reopenBook } from './reopen.ts'
import {
  appOrder,
  assetAddress,
  openTestBook,
  person,
  requestOrder,
  rowOf,
  seedAsset,
  seedBook,
  seedChainOrder,
} from './testMarket.ts'
import { UNTOUCHED_BOOK, uniteTouched, type Touched } from './touched.ts'
import {
  ASSETS,
  WALLETS,
  apply,
  change,
  next,
  openOrders,
  orders,
  recheck,
  shown,
  writeChain,
  type Chain,
} from './testNaiveBook.ts'

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
          await database.write(async (writer) => {
            await writer.deleteFrom('book_order').execute()
            await writer.deleteFrom('undo').execute()
          })
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

          const kept = depth % states.length
          const target = states[kept]
          if (target === undefined) return
          await writeChain(database, target.chain)
          await book.market.bus.write(async (writer, announce) => {
            const reopened = await reopenBook(writer, kept, announce)
            const touched = touches.slice(kept).reduce(uniteTouched, reopened)
            await recheckBook(writer, { ...UNTOUCHED_BOOK, orders: touched.orders }, { block: kept, announce })
            await recheckBook(writer, { ...touched, broadcasts: [] }, { block: kept, announce })
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
})

// The book when blocks are undone: what comes back, and what does not.
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { START } from '../../test/rows.ts'
import type { BookOrderTable, OrderStatus } from '../db/schema.ts'
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
  seedStake,
  workerpoolOrder,
} from './testMarket.ts'
import { UNTOUCHED_BOOK } from './touched.ts'
import { openOrders, recheck } from './testNaiveBook.ts'

onBothEngines('the book after an undo', (engine) => {
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

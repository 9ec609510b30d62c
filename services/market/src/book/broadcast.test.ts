// Orders that the chain told everybody of: how many of them the book takes, and that it believes who takes one back.
import type { Engine } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import type { Address, Hex } from 'viem'
import { START } from '../../test/rows.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { emptyTables } from '../index/undo.ts'
import { publishOrders } from './publish.ts'
import { recheckBook, type RecheckOptions } from './recheck.ts'
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
  sign,
  statuses,
  type TestBook,
} from './testMarket.ts'
import { UNTOUCHED_BOOK } from './touched.ts'
import { unpublishOrders } from './unpublish.ts'

const [APP, OTHER_APP] = [assetAddress(1), assetAddress(2)]
const [OWNER, OTHER] = [person(1), person(2)]

const OFFER_FREE = { appprice: 0 }
const ASK_FREE = { appmaxprice: 0, workerpoolmaxprice: 0 }

function offers(count: number, app: Address = APP, signer: Address = OWNER): readonly BookOrderTable[] {
  return Array.from({ length: count }, () => rowOf('apporder', appOrder(app, OFFER_FREE), { signer }))
}

function requests(count: number, requester: Address): readonly BookOrderTable[] {
  return Array.from({ length: count }, () =>
    rowOf('requestorder', requestOrder({ app: APP, requester }, ASK_FREE), { signer: requester }),
  )
}

async function openApps(engine: Engine): Promise<TestBook> {
  const book = await openTestBook(engine)
  await seedAsset(book.database, { kind: 'app', address: APP, owner: OWNER })
  await seedAsset(book.database, { kind: 'app', address: OTHER_APP, owner: OTHER })
  return book
}

async function broadcast(
  { market }: TestBook,
  rows: readonly BookOrderTable[],
  options: Pick<RecheckOptions, 'maxOpenOrders'> & { readonly block?: number } = {},
): Promise<void> {
  const broadcasts = rows.map(({ kind, body, hash, signer }) => ({ kind, body, hash, signer, timestamp: START }))
  await market.bus.write(async (writer, announce) =>
    recheckBook(writer, { ...UNTOUCHED_BOOK, broadcasts }, { block: 8, announce, ...options }),
  )
}

async function booked({ database }: TestBook, rows: readonly BookOrderTable[]): Promise<readonly BookOrderTable[]> {
  const found = await statuses(database)
  return rows.filter(({ hash }) => found.get(hash) === 'open')
}

async function takeBack({ market }: TestBook, orderHash: Hex): Promise<void> {
  const withdrawal = { kind: 'apporder', target: 'unpublish_orderHash', orderHash, signedInAs: OWNER } as const
  expect(await unpublishOrders(market, withdrawal)).toEqual({ ok: true, unpublished: [orderHash] })
}

onBothEngines('broadcast orders', (engine) => {
  test('enter the book in their order up to the maximum of each wallet and kind', async () => {
    const book = await openApps(engine)
    const [own, foreign] = [offers(4), offers(3, OTHER_APP, OTHER)]
    const asks = requests(4, OWNER)

    await broadcast(book, [...own, ...foreign, ...asks], { maxOpenOrders: 3 })

    expect(await booked(book, own)).toEqual(own.slice(0, 3))
    expect(await booked(book, foreign)).toEqual(foreign)
    expect(await booked(book, asks)).toEqual(asks.slice(0, 3))
    expect(book.announced).toHaveLength(9)
  })

  test('are at most 50 of each wallet and kind when nothing else is said, in however many blocks', async () => {
    const book = await openApps(engine)
    const many = offers(52)

    await broadcast(book, many.slice(0, 49))
    await broadcast(book, many.slice(49), { block: 9 })

    expect(await booked(book, many)).toEqual(many.slice(0, 50))
  })

  test('are not counted with those that people published, nor twice when they stand in the book', async () => {
    const book = await openApps(engine)
    const [published, dead, more] = [offers(2), offers(1), offers(2)]
    await seedBook(book.database, [...published, ...dead.map((row) => ({ ...row, status: 'dead' as const }))])

    await broadcast(book, [...published, ...more.slice(0, 1)], { maxOpenOrders: 2 })
    await broadcast(book, [...more, ...dead], { maxOpenOrders: 2, block: 9 })

    expect(await booked(book, [...published, ...more, ...dead])).toEqual([...published, ...more])
  })

  test('that were dead are dead again when the block is undone that brought them back, unless a person acted since', async () => {
    const book = await openApps(engine)
    const orders = await Promise.all([1, 2, 3].map(async () => sign('apporder', appOrder(APP, OFFER_FREE), { by: 1 })))
    const rows = orders.map((order) => {
      return { ...rowOf('apporder', order, { signer: OWNER }), body: JSON.stringify(order) }
    })
    const [alone, back, published] = rows
    if (alone === undefined || back === undefined || published === undefined) throw new Error('There are three.')
    const [, , order] = orders
    await seedBook(
      book.database,
      rows.map((row) => ({ ...row, status: 'dead', status_block: 6, broadcast_block: 5 })),
    )
    await broadcast(book, rows)
    await broadcast(book, rows, { block: 9 })
    await takeBack(book, back.hash)
    await takeBack(book, published.hash)
    await publishOrders(book.market, {
      kind: 'apporder',
      orders: order === undefined ? [] : [order],
      signedInAs: OWNER,
    })

    await book.market.bus.write(async (writer, announce) => reopenBook(writer, 7, announce))

    const found = await statuses(book.database)
    expect(rows.map(({ hash }) => found.get(hash))).toEqual(['dead', undefined, 'open'])
  })

  const readAnew = {
    'a reorganisation that leaves their block': async ({ market }: TestBook, block: number) => {
      await market.bus.write(async (writer, announce) => {
        await recheckBook(writer, await reopenBook(writer, block - 1, announce), { block: block - 1, announce })
      })
    },
    'tables that begin anew': async ({ database }: TestBook) => {
      await database.write(async (writer) => {
        await writer.deleteFrom('book_order').where('broadcast_block', 'is not', null).execute()
        await emptyTables(writer)
      })
      await seedAsset(database, { kind: 'app', address: APP, owner: OWNER })
    },
  }
  for (const [what, readAgain] of Object.entries(readAnew)) {
    test(`are not brought back by ${what} when their signer took them back`, async () => {
      const book = await openApps(engine)
      const [kept, ...takenBack] = offers(3)
      if (kept === undefined) throw new Error('There are three.')
      await broadcast(book, [kept, ...takenBack])
      for (const { hash } of takenBack) await takeBack(book, hash)

      await readAgain(book, 8)
      await broadcast(book, [kept, ...takenBack], { block: 9 })

      expect(await booked(book, [kept, ...takenBack])).toEqual([kept])
    })
  }

  test('come back when their signer publishes them again, and stay out when he takes them back again', async () => {
    const book = await openApps(engine)
    const order = await sign('apporder', appOrder(APP, OFFER_FREE), { by: 1 })
    const row = { ...rowOf('apporder', order, { signer: OWNER }), body: JSON.stringify(order) }
    await broadcast(book, [row])
    await takeBack(book, row.hash)
    const seen: number[] = []

    await publishOrders(book.market, { kind: 'apporder', orders: [order], signedInAs: OWNER })
    seen.push((await booked(book, [row])).length)
    await readAnew['a reorganisation that leaves their block'](book, 8)
    await broadcast(book, [row])
    seen.push((await booked(book, [row])).length)
    const remembered = await book.database.read.selectFrom('withdrawn_order').selectAll().execute()
    await takeBack(book, row.hash)
    await broadcast(book, [row], { block: 9 })
    seen.push((await booked(book, [row])).length)

    expect(seen).toEqual([1, 1, 0])
    expect(remembered).toEqual([])
  })

  test('that people published before, and took back, are not brought in by a broadcast', async () => {
    const book = await openApps(engine)
    const published = offers(2)
    await seedBook(book.database, published)
    const outcome = await unpublishOrders(book.market, {
      kind: 'apporder',
      target: 'unpublish_all',
      asset: APP,
      signedInAs: OWNER,
    })

    await broadcast(book, published)

    expect(outcome.ok).toBe(true)
    expect(await booked(book, published)).toEqual([])
  })
})

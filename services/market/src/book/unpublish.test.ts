// Taking orders back, with the exact words of every refusal.
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import type { Address, Hex } from 'viem'
import { getAddress } from 'viem/utils'
import type { OrderStatus } from '../db/schema.ts'
import {
  NOW,
  appOrder,
  assetAddress,
  hashOf,
  openTestBook,
  person,
  requestOrder,
  rowOf,
  seedAsset,
  seedBook,
  seedChainOrder,
  seedStake,
  sign,
  statuses,
} from './testMarket.ts'
import { publishOrders } from './publish.ts'
import { unpublishOrders } from './unpublish.ts'

const APP = getAddress(assetAddress(1))
const [OWNER, REQUESTER, STRANGER] = [person(1), person(4), person(5)]

onBothEngines('unpublishing', (engine) => {
  test('deletes the order of a hash, tells of it, and lets it be published again', async () => {
    const book = await openTestBook(engine)
    await seedAsset(book.database, { kind: 'app', address: APP, owner: OWNER })
    const order = await sign('apporder', appOrder(APP), { by: 1 })
    const orderHash = hashOf('apporder', order)
    await publishOrders(book.market, { kind: 'apporder', orders: [order], signedInAs: OWNER })

    const outcome = await unpublishOrders(book.market, {
      kind: 'apporder',
      target: 'unpublish_orderHash',
      orderHash,
      signedInAs: OWNER,
    })
    const [again] = await publishOrders(book.market, { kind: 'apporder', orders: [order], signedInAs: OWNER })

    expect(outcome).toEqual({ ok: true, unpublished: [orderHash] })
    expect(again?.ok).toBe(true)
    expect(book.announced.map(({ type }) => type)).toEqual(['order_published', 'order_unpublished', 'order_published'])
  })

  test('refuses a hash that is not in the book, is another kind, or is not open', async () => {
    const book = await openTestBook(engine)
    const closed = (['filled', 'canceled', 'dead'] satisfies OrderStatus[]).map((status) =>
      rowOf('apporder', appOrder(APP), { signer: OWNER, status }),
    )
    const request = rowOf('requestorder', requestOrder({ app: APP, requester: OWNER }), { signer: OWNER })
    await seedBook(book.database, [...closed, request])

    for (const { hash: orderHash } of [...closed, request, rowOf('apporder', appOrder(APP), { signer: OWNER })]) {
      const target = 'unpublish_orderHash'
      const outcome = await unpublishOrders(book.market, { kind: 'apporder', target, orderHash, signedInAs: OWNER })

      expect(outcome).toEqual({
        ok: false,
        status: 403,
        error: `apporder with orderHash ${orderHash} is not published`,
      })
    }
  })

  test('refuses the order of another signer', async () => {
    const book = await openTestBook(engine)
    const row = rowOf('apporder', appOrder(APP), { signer: OWNER })
    await seedBook(book.database, [row])

    const outcome = await unpublishOrders(book.market, {
      kind: 'apporder',
      target: 'unpublish_orderHash',
      orderHash: row.hash,
      signedInAs: STRANGER,
    })

    expect(outcome).toEqual({ ok: false, status: 403, error: `only order signer ${OWNER} can unpublish an order` })
    expect((await statuses(book.database)).get(row.hash)).toBe('open')
  })

  test("takes back the last of the signer's open orders for an asset, or all of them", async () => {
    const book = await openTestBook(engine)
    const at = (published_at: number): ReturnType<typeof rowOf> =>
      rowOf('apporder', appOrder(APP), { signer: OWNER, published_at })
    const [first, last, middle] = [at(1), at(3), at(2)]
    const dead = { ...at(9), status: 'dead' as const }
    const ofOther = rowOf('apporder', appOrder(APP), { signer: STRANGER, published_at: 8 })
    const otherApp = rowOf('apporder', appOrder(assetAddress(2)), { signer: OWNER, published_at: 7 })
    await seedBook(book.database, [first, last, middle, dead, ofOther, otherApp])
    const wanted = { kind: 'apporder', asset: APP, signedInAs: OWNER } as const

    const one = await unpublishOrders(book.market, { ...wanted, target: 'unpublish_last' })
    const all = await unpublishOrders(book.market, { ...wanted, target: 'unpublish_all' })
    const none = await unpublishOrders(book.market, { ...wanted, target: 'unpublish_all' })

    expect(one).toEqual({ ok: true, unpublished: [last.hash] })
    expect(all).toEqual({ ok: true, unpublished: [middle.hash, first.hash] })
    const error = `no open apporder published by signer ${OWNER} for app ${APP}`
    expect(none).toEqual({ ok: false, status: 403, error })
    expect([...(await statuses(book.database)).keys()].toSorted()).toEqual(
      [dead.hash, ofOther.hash, otherApp.hash].toSorted(),
    )
  })

  test('finds requests by their requester', async () => {
    const book = await openTestBook(engine)
    const row = rowOf('requestorder', requestOrder({ app: APP, requester: REQUESTER }), { signer: REQUESTER })
    await seedBook(book.database, [row])
    const wanted = { kind: 'requestorder', target: 'unpublish_all', asset: REQUESTER } as const

    const foreign = await unpublishOrders(book.market, { ...wanted, signedInAs: STRANGER })
    const own = await unpublishOrders(book.market, { ...wanted, signedInAs: REQUESTER })

    const error = `no open requestorder published by signer ${STRANGER} for requester ${REQUESTER}`
    expect(foreign).toEqual({ ok: false, status: 403, error })
    expect(own).toEqual({ ok: true, unpublished: [row.hash] })
  })

  test('lets requests die that found no other app order, whatever block is undone later', async () => {
    const book = await openTestBook(engine)
    await seedStake(book.database, REQUESTER, 10n ** 12n)
    const [app, dearer] = [5, 6].map((appprice) => rowOf('apporder', appOrder(APP, { appprice }), { signer: OWNER }))
    const ask = (appmaxprice: number): ReturnType<typeof rowOf> =>
      rowOf('requestorder', requestOrder({ app: APP, requester: REQUESTER }, { appmaxprice }), { signer: REQUESTER })
    const [cheap, rich] = [ask(5), ask(6)]
    if (app === undefined || dearer === undefined) throw new Error('There are two.')
    await seedBook(book.database, [app, dearer, cheap, rich])

    const target = 'unpublish_orderHash'
    await unpublishOrders(book.market, { kind: 'apporder', target, orderHash: app.hash, signedInAs: OWNER })

    const rows = await book.database.read.selectFrom('book_order').select(['hash', 'status', 'status_block']).execute()
    expect(rows).toHaveLength(3)
    expect(rows).toContainEqual({ hash: cheap.hash, status: 'dead', status_block: null })
    expect(rows).toContainEqual({ hash: rich.hash, status: 'open', status_block: null })
    expect(book.announced).toEqual([
      { type: 'order_unpublished', kind: 'app', hash: app.hash },
      { type: 'order_unpublished', kind: 'request', hash: cheap.hash },
    ])
  })

  test('remembers of each signer the latest orders that he took back, and none of which nothing is left', async () => {
    let now = NOW
    const settings = { maxOpenOrdersPerWallet: 1, challengeLifetimeMs: 1 }
    const book = await openTestBook(engine, { settings, now: () => now })
    const takeBack = async (by: Address, ...rows: readonly ReturnType<typeof rowOf>[]): Promise<readonly Hex[]> => {
      await seedBook(book.database, rows)
      now += 1
      await unpublishOrders(book.market, { kind: 'apporder', target: 'unpublish_all', asset: APP, signedInAs: by })
      const remembered = await book.database.read.selectFrom('withdrawn_order').select('hash').execute()
      return remembered.map(({ hash }) => hash)
    }
    const [[ofOther], [closed, used, half], between, latest] = [offers(1, STRANGER), offers(3), offers(17), offers(2)]
    if (!ofOther || !closed || !used || !half) throw new Error('There are four.')
    await takeBack(STRANGER, ofOther)
    await takeBack(OWNER, closed, used, half)
    await takeBack(OWNER, ...between)
    await seedChainOrder(book.database, { hash: closed.hash, closed: true })
    await seedChainOrder(book.database, { hash: used.hash, consumed: 3n })
    await seedChainOrder(book.database, { hash: half.hash, consumed: 2n })

    const full = await takeBack(OWNER, ...latest)
    const [last] = offers(1)
    const over = await takeBack(OWNER, ...(last === undefined ? [] : [last]))

    const kept = [ofOther, ...between, ...latest].map(({ hash }) => hash)
    expect(full.toSorted()).toEqual([half.hash, ...kept].toSorted())
    expect(over.toSorted()).toEqual([last?.hash ?? '0x', ...kept].toSorted())
  })
})

function offers(count: number, signer: Address = OWNER): readonly ReturnType<typeof rowOf>[] {
  return Array.from({ length: count }, () => rowOf('apporder', appOrder(APP, { volume: 3 }), { signer }))
}

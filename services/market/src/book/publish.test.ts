// Publishing on both engines: what stands in the book afterwards, alone, in batches and in races.
import { onBothEngines } from '@iexec/service/test/database'
import { getAddress } from 'viem/utils'
import { expect, test } from 'vitest'
import { publishEntries, publishOrders } from './publish.ts'
import {
  NOW,
  appOrder,
  assetAddress,
  datasetOrder,
  hashOf,
  openTestBook,
  person,
  requestOrder,
  rowOf,
  seedAsset,
  seedBook,
  seedChainOrder,
  sign,
  statuses,
  workerpoolOrder,
} from './testMarket.ts'
import { SHOP, ask, openShop, openStockedShop, publish, refused } from './testShop.ts'

const { APP, APP_OWNER, DATASET, DATASET_OWNER, POOL, POOL_OWNER, REQUESTER, STRANGER, STRANGER_ASSET } = SHOP
onBothEngines('publishing', (engine) => {
  test('puts an order of each kind into the book, shows it, and tells of it', async () => {
    const book = await openShop(engine)
    const orders = [
      ['apporder', await sign('apporder', appOrder(APP), { by: APP_OWNER }), APP_OWNER],
      ['datasetorder', await sign('datasetorder', datasetOrder(DATASET), { by: DATASET_OWNER }), DATASET_OWNER],
      ['workerpoolorder', await sign('workerpoolorder', workerpoolOrder(POOL), { by: POOL_OWNER }), POOL_OWNER],
      [
        'requestorder',
        await sign('requestorder', ask({ dataset: DATASET, datasetmaxprice: 3 }), { by: REQUESTER }),
        REQUESTER,
      ],
    ] as const

    for (const [kind, order, owner] of orders) {
      const [outcome] = await publishOrders(book.market, { kind, orders: [order] as never, signedInAs: person(owner) })

      expect(outcome).toEqual({
        ok: true,
        published: {
          orderHash: hashOf(kind, order as never),
          order,
          chainId: 31_337,
          remaining: 10,
          status: 'open',
          publicationTimestamp: new Date(NOW).toISOString(),
          signer: person(owner),
        },
      })
    }
    expect(book.announced.map(({ type }) => type)).toEqual(Array.from({ length: 4 }, () => 'order_published'))
    expect(book.announced.map((message) => 'kind' in message && message.kind)).toEqual([
      'app',
      'dataset',
      'workerpool',
      'request',
    ])
  })

  test('revives a dead order with its first time, what is left today, and who owns the asset today', async () => {
    const book = await openShop(engine)
    const order = appOrder(APP)
    const dead = rowOf('apporder', order, {
      signer: person(STRANGER),
      status: 'dead',
      status_block: 7,
      broadcast_block: 5,
    })
    await seedBook(book.database, [dead])
    await seedChainOrder(book.database, { hash: dead.hash, consumed: 4n })

    const outcome = await publish(book, ['apporder', order], { by: APP_OWNER })

    const publicationTimestamp = new Date(dead.published_at).toISOString()
    expect(outcome).toMatchObject({ ok: true, published: { remaining: 6, publicationTimestamp, status: 'open' } })
    const row = await book.database.read.selectFrom('book_order').selectAll().executeTakeFirst()
    expect(row).toMatchObject({ remaining: 6, status: 'open', status_block: null, broadcast_block: null })
    expect(row).toMatchObject({ published_at: dead.published_at, signer: person(APP_OWNER).toLowerCase() })
  })

  test('refuses an order for what is not registered, or is something else', async () => {
    const book = await openShop(engine)

    const unknown = await publish(book, ['apporder', appOrder(STRANGER_ASSET)], { by: APP_OWNER })
    const wrongKind = await publish(book, ['datasetorder', datasetOrder(APP)], { by: APP_OWNER })

    expect([unknown, wrongKind]).toEqual([refused('Resource not deployed'), refused('Resource not deployed')])
  })

  test('refuses an order of another signer', async () => {
    const book = await openStockedShop(engine)

    const app = await publish(book, ['apporder', appOrder(APP)], { by: STRANGER })
    const request = await publish(book, ['requestorder', ask()], { by: REQUESTER, as: STRANGER })

    expect(app).toEqual(refused(`only order signer ${person(APP_OWNER)} can publish an order`))
    expect(request).toEqual(refused(`only order signer ${person(REQUESTER)} can publish an order`))
  })

  test('waits for the index before it refuses what a younger block may change, and judges again', async () => {
    const book = await openTestBook(engine)
    book.onCaughtUp.push(async () => seedAsset(book.database, { kind: 'app', address: APP, owner: person(APP_OWNER) }))
    const outcome = await publish(book, ['apporder', appOrder(APP)], { by: APP_OWNER })

    expect(outcome?.ok).toBe(true)
    expect(book.announced).toHaveLength(1)
  })

  test('does not wait for the index when no block can change the refusal', async () => {
    const book = await openShop(engine)
    const order = appOrder(APP)
    await seedChainOrder(book.database, { hash: hashOf('apporder', order), consumed: 10n })
    book.onCaughtUp.push(async () => Promise.reject(new Error('It waited.')))

    expect(await publish(book, ['apporder', order], { by: APP_OWNER })).toEqual(refused('order already consumed'))
  })

  test('gives each order of a batch its own outcome, as if one were published after the other', async () => {
    const book = await openShop(engine, 2)
    const good = await sign('apporder', appOrder(APP), { by: APP_OWNER })
    const foreign = await sign('apporder', appOrder(STRANGER_ASSET), { by: APP_OWNER })
    const second = await sign('apporder', appOrder(APP), { by: APP_OWNER })
    const third = await sign('apporder', appOrder(APP), { by: APP_OWNER })

    const outcomes = await publishOrders(book.market, {
      kind: 'apporder',
      orders: [good, good, foreign, second, third],
      signedInAs: person(APP_OWNER),
    })

    expect(outcomes.map((outcome) => (outcome.ok ? 'published' : outcome.error))).toEqual([
      'published',
      'order already published',
      'Resource not deployed',
      'published',
      `maximum of 2 published open apporder has been reached for wallet ${person(APP_OWNER)}`,
    ])
    expect([...(await statuses(book.database)).keys()].toSorted()).toEqual(
      [hashOf('apporder', good), hashOf('apporder', second)].toSorted(),
    )
  })

  test("lets a request of a batch find the batch's own orders, in whatever order they stand", async () => {
    const book = await openShop(engine)
    const own = getAddress(assetAddress(9))
    await seedAsset(book.database, { kind: 'app', address: own, owner: person(REQUESTER) })
    const request = await sign('requestorder', requestOrder({ app: own, requester: person(REQUESTER) }), {
      by: REQUESTER,
    })
    const app = await sign('apporder', appOrder(own), { by: REQUESTER })

    const outcomes = await publishEntries(
      book.market,
      [
        { kind: 'requestorder', order: request },
        { kind: 'apporder', order: app },
      ],
      person(REQUESTER),
    )

    expect(outcomes.map((outcome) => outcome.ok && outcome.published.orderHash)).toEqual([
      hashOf('requestorder', request),
      hashOf('apporder', app),
    ])
  })

  test('never lets a wallet exceed its maximum, however many publish at once', async () => {
    const book = await openShop(engine, 5)
    const orders = Array.from({ length: 20 }, () => appOrder(APP))

    const outcomes = await Promise.all(
      orders.map(async (order) => publish(book, ['apporder', order], { by: APP_OWNER })),
    )

    expect(outcomes.filter((outcome) => outcome?.ok)).toHaveLength(5)
    expect((await statuses(book.database)).size).toBe(5)
  })
})

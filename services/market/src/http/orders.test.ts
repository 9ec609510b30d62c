// The order book over HTTP, with the real book behind it.
import { getAddress } from 'viem/utils'
import { WIRE_KINDS, orderItem, type WireOrder } from '@iexec/wire'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import {
  appOrder,
  assetAddress,
  datasetOrder,
  hashOf,
  person,
  requestOrder,
  rowOf,
  seedAsset,
  seedBook,
  seedStake,
  sign,
  workerpoolOrder,
} from '../book/testMarket.ts'
import { ask, logIn, openTestApp, publish, type TestApp, type Told } from './testApp.ts'

const APP = getAddress(assetAddress(1))
const DATASET = getAddress(assetAddress(2))
const POOL = getAddress(assetAddress(3))
const [APP_OWNER, DATASET_OWNER, POOL_OWNER, REQUESTER] = [1, 2, 3, 4] as const
const CHAIN = 'chainId=31337'

type Engine = Parameters<typeof openTestApp>[0]

/** An app over a book with an app, a dataset and a workerpool, where nobody is short of stake. */
async function openShop(engine: Engine): Promise<TestApp> {
  const shop = await openTestApp(engine)
  await seedAsset(shop.database, { kind: 'app', address: APP, owner: person(APP_OWNER) })
  await seedAsset(shop.database, { kind: 'dataset', address: DATASET, owner: person(DATASET_OWNER) })
  await seedAsset(shop.database, { kind: 'workerpool', address: POOL, owner: person(POOL_OWNER) })
  for (const who of [POOL_OWNER, REQUESTER]) await seedStake(shop.database, person(who), 10n ** 12n)
  return shop
}

/** Sends a body as the person of a number. */
async function send(
  { app }: TestApp,
  path: string,
  { by, method = 'POST', body }: { readonly by: number; readonly method?: string; readonly body: unknown },
): Promise<Told> {
  const authorization = await logIn(app, by)
  return ask(app, `${path}?${CHAIN}`, { method, headers: { authorization }, body: JSON.stringify(body) })
}

onBothEngines('the order book over HTTP', (engine) => {
  test('each kind is published, found by its hash and in its list, and taken back', async () => {
    const shop = await openShop(engine)
    const orders = [
      [WIRE_KINDS[0], await sign('apporder', appOrder(APP), { by: APP_OWNER }), APP_OWNER, `app=${APP}`],
      [
        WIRE_KINDS[1],
        await sign('datasetorder', datasetOrder(DATASET), { by: DATASET_OWNER }),
        DATASET_OWNER,
        `dataset=${DATASET}`,
      ],
      [WIRE_KINDS[2], await sign('workerpoolorder', workerpoolOrder(POOL), { by: POOL_OWNER }), POOL_OWNER, ''],
      [
        WIRE_KINDS[3],
        await sign('requestorder', requestOrder({ app: APP, requester: person(REQUESTER) }), { by: REQUESTER }),
        REQUESTER,
        '',
      ],
    ] as const

    const hashes: string[] = []
    for (const [kind, order, by, filter] of orders) {
      const { status, json } = await send(shop, `/${kind}s`, { by, body: { order } })
      expect(status).toBe(200)
      const published = orderItem[kind].parse(json['published'])
      expect(published).toMatchObject({ order, chainId: 31_337, remaining: 10, status: 'open', signer: person(by) })
      hashes.push(published.orderHash)

      const list = await ask(shop.app, `/${kind}s?${CHAIN}&${filter}`)
      const bulk = kind === 'datasetorder' ? { bulk: false } : {}
      expect(list.json).toEqual({ ok: true, orders: [{ ...published, ...bulk }], count: 1 })
      const single = await ask(shop.app, `/${kind}s/${published.orderHash}?${CHAIN}`)
      expect(single.json).toEqual({ ok: true, ...published, chainId: '31337' })
    }

    // Requests first: they depend on the others.
    for (const [index, [kind, , by]] of [...orders.entries()].toReversed()) {
      const taken = await send(shop, `/${kind}s`, { by, method: 'PUT', body: { orderHash: hashes[index] } })
      expect(taken).toEqual({ status: 200, json: { ok: true, unpublished: [hashes[index]] } })
      expect((await ask(shop.app, `/${kind}s/${hashes[index]}?${CHAIN}`)).status).toBe(404)
    }
  })

  test('a rule of the book refuses with 403 and its own words, and the login is used up', async () => {
    const shop = await openShop(engine)
    const order = await sign('apporder', appOrder(APP), { by: APP_OWNER })

    expect(await publish(shop.app, { kind: 'apporder', order, by: REQUESTER })).toEqual({
      status: 403,
      json: { ok: false, error: `only order signer ${person(APP_OWNER)} can publish an order` },
    })
    expect((await publish(shop.app, { kind: 'apporder', order, by: APP_OWNER })).status).toBe(200)
    expect((await publish(shop.app, { kind: 'apporder', order, by: APP_OWNER })).json['error']).toBe(
      'order already published',
    )
    expect(
      (await send(shop, '/apporders', { by: REQUESTER, method: 'PUT', body: { orderHash: hashOf('apporder', order) } }))
        .json,
    ).toEqual({ ok: false, error: `only order signer ${person(APP_OWNER)} can unpublish an order` })
  })

  test('a batch publishes what fits, in any order, and says of each other order why not', async () => {
    const shop = await openShop(engine)
    const request = await sign('requestorder', requestOrder({ app: APP, requester: person(APP_OWNER) }), {
      by: APP_OWNER,
    })
    await seedStake(shop.database, person(APP_OWNER), 10n ** 12n)
    const orders = [
      { kind: 'requestorder', order: request },
      { kind: 'apporder', order: { app: APP } },
      { kind: 'app', order: request },
      'no order',
      { kind: 'apporder', order: await sign('apporder', appOrder(APP), { by: APP_OWNER }) },
      { kind: 'datasetorder', order: await sign('datasetorder', datasetOrder(DATASET), { by: DATASET_OWNER }) },
    ]

    const { status, json } = await send(shop, '/orders', { by: APP_OWNER, body: { orders } })

    expect(status).toBe(200)
    expect(json).toMatchObject({
      ok: true,
      results: [
        { ok: true, published: { order: request } },
        { ok: false, error: 'order.appprice is a required field' },
        {
          ok: false,
          error:
            'orders.2.kind must be one of the following values: apporder, datasetorder, workerpoolorder, requestorder',
        },
        { ok: false, error: 'orders.3 must be a `object` type, but the final value was: `"no order"`.' },
        { ok: true, published: { signer: person(APP_OWNER) } },
        { ok: false, error: `only order signer ${person(DATASET_OWNER)} can publish an order` },
      ],
    })
    expect(JSON.stringify(json)).not.toContain('"status":403')
  })

  test('where only the chain could tell and does not answer, a batch says so of that order, and a single order fails', async () => {
    const shop = await openShop(engine)
    const order = await sign('apporder', appOrder(APP), { by: APP_OWNER })
    const unsigned = { ...appOrder(APP), sign: '0xabcd' } as const
    const orders = [unsigned, order].map((each) => ({ kind: 'apporder', order: each }))

    const batch = await send(shop, '/orders', { by: APP_OWNER, body: { orders } })
    const single = await publish(shop.app, { kind: 'apporder', order: unsigned, by: APP_OWNER })

    expect(batch).toMatchObject({
      status: 200,
      json: {
        ok: true,
        results: [
          {
            ok: false,
            error: 'The chain could not be asked whether this order is signed. Trying again later may help.',
          },
          { ok: true, published: { order } },
        ],
      },
    })
    expect(single).toEqual({
      status: 500,
      json: { ok: false, error: 'Something went wrong, you should retry later.' },
    })
    expect(shop.logged.join()).toContain('ChainUnreachable')
    expect(shop.logged.join()).not.toMatch(/127\.0\.0\.1|\n +at /u)
  })

  test('a batch of 100 is published under one login, and one of 101 is refused', async () => {
    const shop = await openTestApp(engine, { settings: { maxOpenOrdersPerWallet: 1000, challengeLifetimeMs: 300_000 } })
    await seedAsset(shop.database, { kind: 'app', address: APP, owner: person(APP_OWNER) })
    const orders: { kind: string; order: WireOrder }[] = []
    for (let n = 0; n < 101; n += 1) {
      orders.push({ kind: 'apporder', order: await sign('apporder', appOrder(APP), { by: APP_OWNER }) })
    }

    expect((await send(shop, '/orders', { by: APP_OWNER, body: { orders } })).json['error']).toBe(
      'orders field must have less than or equal to 100 items',
    )
    expect((await send(shop, '/orders', { by: APP_OWNER, body: { orders: orders.slice(1) } })).status).toBe(200)
    expect((await ask(shop.app, `/apporders?${CHAIN}&app=${APP}`)).json['count']).toBe(100)
  })

  test('pages tell how many orders there are, and name the next one while they are full', async () => {
    const shop = await openShop(engine)
    const rows = Array.from({ length: 45 }, (_, n) =>
      rowOf('apporder', appOrder(APP, { appprice: n }), { signer: person(APP_OWNER) }),
    )
    await seedBook(shop.database, rows)
    const pageOf = async (query: string): Promise<unknown> => {
      const { json } = await ask(shop.app, `/apporders?${CHAIN}&app=${APP}${query}`)
      const orders = json['orders'] as readonly { readonly order: { readonly appprice: number } }[]
      return [orders.map(({ order }) => order.appprice).at(0), orders.length, json['count'], json['nextPage']]
    }

    expect(await pageOf('')).toEqual([0, 20, 45, 20])
    expect(await pageOf('&page=20')).toEqual([20, 20, 45, 40])
    expect(await pageOf('&page=40')).toEqual([40, 5, 45, undefined])
    expect(await pageOf('&pageIndex=1')).toEqual([20, 20, 45, 40])
    expect(await pageOf('&pageSize=15')).toEqual([0, 15, 45, 15])
    expect(await pageOf('&pageSize=15&pageIndex=2')).toEqual([30, 15, 45, 45])
    expect(await pageOf('&pageSize=1000')).toEqual([0, 45, 45, undefined])
    expect(await pageOf(`&pageSize=1000&pageIndex=${Number.MAX_SAFE_INTEGER}`)).toEqual([undefined, 0, 45, undefined])
  })
})

// Order books and the best orders, on a real chain with a real market.
import { encodeTag, type Order } from '@iexec/protocol'
import { createIexec, type Iexec } from '@iexec/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REQUESTER, STRANGER, addressOf, openShop, refusal, type Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
  await stockShop(shop)
})
afterAll(async () => {
  await shop.house.stop()
})

/** 25 app orders of prices 1 to 25; restricted ones; a dataset; workerpools of two categories and trusts. */
async function stockShop({ appOwner, datasetOwner, poolOwner, app, dataset, workerpool }: Shop): Promise<void> {
  const apps = [
    ...Array.from({ length: 25 }, (_, n) => appOwner.orders.createApp({ app, appprice: BigInt(25 - n), volume: 10n })),
    appOwner.orders.createApp({ app, appprice: 0n, requesterrestrict: addressOf(STRANGER) }),
    appOwner.orders.createApp({ app, appprice: 0n, tag: 'tee', volume: 2n }),
  ]
  const datasets = [datasetOwner.orders.createDataset({ dataset, datasetprice: 2n })]
  const pools = [
    poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice: 10n, volume: 2n }),
    poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice: 20n, volume: 5n, trust: 5n, tag: 'tee,gpu' }),
    poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice: 1n, category: 1n }),
  ]
  await publishAll(appOwner, apps)
  await publishAll(datasetOwner, datasets)
  await publishAll(poolOwner, pools)
}

async function publishAll({ orders }: Iexec, made: readonly Order[]): Promise<void> {
  const signed = await Promise.all(made.map(async (order) => orders.sign(order)))
  for (const result of await orders.publishMany(signed)) if (!result.ok) throw new Error(result.error)
}

test('a book is read page by page, the cheapest first', async () => {
  const { orderbooks } = shop.requester

  const first = await orderbooks.fetchApps({ app: shop.app, pageSize: 20 })
  const second = await first.more?.()

  expect(first.items.map(({ order }) => order.appprice).slice(0, 4)).toEqual([0n, 1n, 2n, 3n])
  expect([first.items.length, first.count]).toEqual([20, 26])
  expect(second?.items.map(({ order }) => order.appprice)).toEqual([20n, 21n, 22n, 23n, 24n, 25n])
  expect(second?.more).toBeUndefined()
})

test('all orders of a book come one by one, page after page', async () => {
  const prices: bigint[] = []

  for await (const { order } of shop.requester.orderbooks.each('app', { app: shop.app, pageSize: 10 })) {
    prices.push(order.appprice)
  }

  expect(prices).toEqual(Array.from({ length: 26 }, (_, n) => BigInt(n)))
})

test('each filter finds what it names', async () => {
  const { orderbooks } = shop.requester
  const { app, dataset } = shop
  const stranger = addressOf(STRANGER)
  const countOf = async (filters: object): Promise<number> => (await orderbooks.fetchApps({ app, ...filters })).count
  const poolsOf = async (filters: object): Promise<readonly bigint[]> =>
    (await orderbooks.fetchWorkerpools(filters)).items.map(({ order }) => order.workerpoolprice)

  expect(await countOf({ requester: stranger })).toBe(27)
  expect(await countOf({ requester: stranger, isRequesterStrict: true })).toBe(1)
  expect(await countOf({ requester: 'any', dataset: 'any', workerpool: 'any' })).toBe(27)
  expect(await countOf({ minTag: ['tee'] })).toBe(1)
  expect(await countOf({ maxTag: '' })).toBe(25)
  expect(await countOf({ minVolume: 3n })).toBe(25)
  expect(await countOf({ app: undefined, appOwner: shop.appOwner.context.signer?.address })).toBe(26)
  expect((await orderbooks.fetchDatasets({ dataset, bulkOnly: true })).count).toBe(0)
  expect((await orderbooks.fetchDatasets({ dataset })).count).toBe(1)
  expect(await poolsOf({ category: 0n })).toEqual([10n, 20n])
  expect(await poolsOf({ minTrust: 2n })).toEqual([20n])
  expect(await poolsOf({ workerpool: shop.workerpool })).toEqual([1n, 10n, 20n])
  expect((await orderbooks.fetch('workerpool', { category: 1n })).items).toMatchObject([
    { order: { kind: 'workerpool', workerpoolprice: 1n }, status: 'open', remaining: 1n },
  ])
})

test('requests stand in a book of their own, the dearest first', async () => {
  const { orders, orderbooks } = shop.requester
  const { app } = shop
  const made = [5n, 7n].map((workerpoolmaxprice) => orders.createRequest({ app, appmaxprice: 1n, workerpoolmaxprice }))
  await publishAll(shop.requester, made)

  const book = await orderbooks.fetchRequests({ requester: addressOf(REQUESTER), maxTrust: 0n })
  await orders.unpublish('request', { all: addressOf(REQUESTER) })

  expect(book.items.map(({ order }) => order.workerpoolmaxprice)).toEqual([7n, 5n])
  expect((await orderbooks.fetchRequests()).count).toBe(0)
})

test('what no market can look for is refused before it is asked', async () => {
  const { orderbooks } = shop.requester
  const attempts: readonly (() => Promise<unknown>)[] = [
    async () => orderbooks.fetchApps({}),
    async () => orderbooks.fetchDatasets({ app: shop.app }),
    async () => orderbooks.fetchApps({ app: '0x12' }),
    async () => orderbooks.fetchApps({ app: shop.app, minTag: 'fast' }),
    async () => orderbooks.fetchApps({ app: shop.app, minVolume: -1n }),
    async () => orderbooks.fetchApps({ app: shop.app, pageSize: 9 }),
    async () => orderbooks.findBest({ app: shop.app, volume: 0n }),
  ]

  for (const attempt of attempts) expect(await refusal(attempt())).toMatchObject({ code: 'InvalidInput' })
})

test('the best orders are the cheapest that fit, from as many sets as it takes, and the hub takes them', async () => {
  const { orderbooks, orders } = shop.requester

  const best = await orderbooks.findBest({ app: shop.app, dataset: shop.dataset, volume: 4n })

  expect(best.sets.map(({ volume, taskPrice }) => [volume, taskPrice])).toEqual([
    [2n, 13n],
    [2n, 22n],
  ])
  expect(best).toMatchObject({ volume: 4n, total: 70n, missingStake: 0n, hints: [] })
  for (const { app, dataset, workerpool, volume } of best.sets) {
    const request = await orders.sign(
      orders.createRequest({
        app: shop.app,
        dataset: shop.dataset,
        volume,
        appmaxprice: app.appprice,
        datasetmaxprice: dataset?.datasetprice ?? 0n,
        workerpoolmaxprice: workerpool.workerpoolprice,
      }),
    )
    expect(await orders.estimateMatch({ app, dataset, workerpool, request })).toMatchObject({
      volume,
      missingStake: 0n,
    })
  }
})

test('limits, trust and tags of a wish are kept', async () => {
  const { orderbooks } = shop.requester
  const { app } = shop

  const trusted = await orderbooks.findBest({ app, trust: 3n })
  const secret = await orderbooks.findBest({ app, tag: 'tee' })
  const short = await orderbooks.findBest({ app, category: 1n, volume: 3n })

  expect(trusted.sets[0].workerpool.trust).toBe(5n)
  expect(secret.sets[0]).toMatchObject({ taskPrice: 20n, app: { tag: encodeTag('tee') } })
  expect(short.volume).toBe(1n)
  expect(short.hints.length).toBeGreaterThan(0)
})

test('where nothing fits, the market says what would have to change', async () => {
  const { orderbooks } = shop.requester
  const error = await refusal(orderbooks.findBest({ app: shop.app, maxprice: 5n }))

  expect(error.code).toBe('NoMatch')
  expect(error.hints.join(' ')).toMatch(/\b5\b/u)
  expect(JSON.stringify(error.details['missing'])).toContain('"reason":"TotalPriceTooHigh","wanted":5,"needed":')
  expect(await refusal(orderbooks.findBest({ app: shop.app, category: 4n }))).toMatchObject({ code: 'NoMatch' })
})

test('who has nothing is told how much to deposit', async () => {
  const best = await shop.stranger.orderbooks.findBest({ app: shop.app })

  // The order for him alone is free.
  expect(best).toMatchObject({ total: 10n, missingStake: 10n })
})

/** A market of old, as far as it can be seen from here: the real one, without the one route. */
const withoutMatch: typeof fetch = async (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  return fetch(url.pathname === '/match' ? new URL('/no-such-route', url) : url, init)
}

test('a market that cannot search is asked for its books, and finds the same', async () => {
  const { chain } = shop.house
  const wishes = [
    { app: shop.app, dataset: shop.dataset, volume: 4n },
    { app: shop.app, trust: 3n },
    { app: shop.app, category: 1n },
  ]
  const plain = await createIexec({ chain, fetch: withoutMatch })
  const searching = await createIexec({ chain })

  for (const wish of wishes) {
    const [found, expected] = [await plain.orderbooks.findBest(wish), await searching.orderbooks.findBest(wish)]
    expect([found.total, found.volume]).toEqual([expected.total, expected.volume])
  }
  expect(await refusal(plain.orderbooks.findBest({ app: shop.app, maxprice: 5n }))).toMatchObject({
    code: 'NoMatch',
    hints: [expect.stringContaining('do not fit')],
  })
  expect(await refusal(plain.orderbooks.findBest({ app: shop.dataset }))).toMatchObject({
    code: 'NoMatch',
    hints: [expect.stringContaining(`app ${shop.dataset}`)],
  })
})

test('an order that vanished from the chain is no longer the best, although the market still names it', async () => {
  const { poolOwner, requester, workerpool, app } = shop
  const { orders } = poolOwner
  const cheap = await orders.sign(orders.createWorkerpool({ workerpool, workerpoolprice: 3n, category: 2n }))
  await orders.publish(cheap)
  const before = await requester.orderbooks.findBest({ app, category: 2n })
  // The market answers as before the cancellation.
  const said = await fetch(
    `${shop.house.marketUrl}/match?chainId=${shop.house.chain.chainId}&app=${app}&category=2&requester=${addressOf(REQUESTER)}`,
  )
  const text = await said.text()
  const late: typeof fetch = async (input, init) =>
    (input instanceof Request ? input.url : input.toString()).includes('/match?')
      ? new Response(text, { headers: { 'content-type': 'application/json' } })
      : fetch(input, init)
  const { orderbooks } = await createIexec({ chain: shop.house.chain, fetch: late })

  await orders.cancel(cheap)

  expect(before.total).toBe(4n)
  expect(await refusal(orderbooks.findBest({ app, category: 2n }))).toMatchObject({
    code: 'NoMatch',
    hints: [expect.stringContaining('behind the chain')],
    details: { mismatches: [{ reason: 'NothingLeftToMatch' }] },
  })
})

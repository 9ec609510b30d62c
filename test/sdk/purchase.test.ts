// Purchases of several sets of orders: chosen together, and each bought with a request that is worth nothing for any other.
import { accountOf } from '@iexec/chain/test/anvil'
import { hubAbi } from '@iexec/protocol/abi'
import type { Signed } from '@iexec/protocol'
import { createIexec, type BoughtDeal, type Iexec, type MadeDeal } from '@iexec/sdk'
import { serve, startStorage, type TestStorage } from '@iexec/sdk/test/market'
import { decodeFunctionData, parseTransaction, type Address, type Hex } from 'viem'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { POOL_OWNER, REQUESTER, STRANGER, addressOf, openShop, refusal, type Shop } from './shop.ts'

let shop: Shop
let storage: TestStorage
let pool: { readonly url: string; readonly stop: () => Promise<void> }
let alice: Iexec
let otherPool: Address
beforeAll(async () => {
  shop = await openShop()
  storage = await startStorage()
  pool = await serve(async (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ features: ['bag'] }))
  })
  const services = { storageUrl: storage.url, ipfsApiUrl: storage.url, schedulerUrl: pool.url }
  const chain = { ...shop.house.chain, ...services }
  alice = await createIexec({ chain, account: accountOf(REQUESTER), pollingMs: 20 })
  otherPool = (await shop.poolOwner.workerpools.deploy({ description: 'another' })).address
  await shop.house.give(STRANGER, 100n)
  await shop.stranger.account.deposit(100n)
  await shop.synced()
})
afterAll(async () => {
  await Promise.all([storage.stop(), pool.stop()])
  await shop.house.stop()
})
afterEach(async () => {
  await shop.synced()
  await shop.appOwner.orders.unpublish('app', { all: shop.app }).catch(() => {})
  for (const workerpool of [shop.workerpool, otherPool]) {
    await shop.poolOwner.orders.unpublish('workerpool', { all: workerpool }).catch(() => {})
  }
})

async function sellApp(
  appprice: bigint,
  fields: { volume?: bigint; workerpoolrestrict?: Address } = {},
): Promise<void> {
  const { app } = shop
  const { orders } = shop.appOwner
  await orders.publish(await orders.sign(orders.createApp({ app, appprice, volume: 10n, ...fields })))
}

async function sellTasks(workerpool: Address, workerpoolprice: bigint, volume = 1n): Promise<Signed<'workerpool'>> {
  const { orders } = shop.poolOwner
  const signed = await orders.sign(orders.createWorkerpool({ workerpool, workerpoolprice, volume }))
  await orders.publish(signed)
  return signed
}

/** Buys one task of an order for somebody else, who is faster. */
async function takeOne(workerpool: Signed<'workerpool'>): Promise<void> {
  const { appOwner, stranger, app } = shop
  const { orders } = stranger
  const free = await appOwner.orders.sign(appOwner.orders.createApp({ app, appprice: 0n }))
  const wish = { app, appmaxprice: 0n, workerpoolmaxprice: workerpool.workerpoolprice }
  await orders.match({ app: free, workerpool, request: await orders.sign(orders.createRequest(wish)) })
}

async function stakeOf(account: number): Promise<bigint> {
  return (await alice.account.show(addressOf(account))).stake
}

/** The request with which a deal was made, as everybody sees it. */
async function requestOf({ txHash = '0x' }: BoughtDeal): Promise<Signed<'request'>> {
  const { input } = await shop.house.owner.getTransaction({ hash: txHash })
  return requestIn(input)
}

function requestIn(data: Hex): Signed<'request'> {
  const { args } = decodeFunctionData({ abi: hubAbi, data })
  return { kind: 'request', ...(args?.[3] as Omit<Signed<'request'>, 'kind'>) }
}

test('an order that two workerpools need counts once: a bag that it cannot serve is refused before anything is bought', async () => {
  await sellApp(3n, { volume: 1n })
  await sellTasks(shop.workerpool, 10n)
  await sellTasks(otherPool, 10n)
  const before = await stakeOf(REQUESTER)

  const error = await refusal(alice.map(shop.app, [{ args: 'a' }, { args: 'b' }]))

  expect(error).toMatchObject({ code: 'NoMatch', details: { wished: 2n, volume: 1n } })
  expect(await stakeOf(REQUESTER)).toBe(before)
})

test('a bag takes the next order of the app for what the cheapest does not serve', async () => {
  await sellApp(3n, { volume: 1n })
  await sellApp(4n, { volume: 1n })
  await sellTasks(shop.workerpool, 10n)
  await sellTasks(otherPool, 10n)
  const heard: Hex[] = []

  const run = await alice.map(shop.app, {
    inputs: [{ args: 'a' }, { args: 'b' }],
    onRequest: (dealId) => heard.push(dealId),
  })

  const deals = await Promise.all(run.dealIds.map(async (id) => alice.deals.show(id)))
  expect(deals.map(({ app }) => app.price)).toEqual([3n, 4n])
  expect(heard).toEqual(run.dealIds)
})

test('the stake of an owner of two workerpools counts once', async () => {
  const price = (await stakeOf(POOL_OWNER)) * 2n
  await shop.house.give(REQUESTER, price * 2n)
  await alice.account.deposit(price * 2n)
  await sellApp(0n)
  await sellTasks(shop.workerpool, price)
  await sellTasks(otherPool, price)
  const before = await stakeOf(REQUESTER)

  expect(await refusal(alice.run(shop.app, { volume: 2n }))).toMatchObject({ code: 'NoMatch' })
  expect(await refusal(alice.map(shop.app, [{}, {}]))).toMatchObject({ code: 'NoMatch' })

  expect(await stakeOf(REQUESTER)).toBe(before)
})

test('each set is bought with a request of its own prices, workerpool and volume, of which nothing is left', async () => {
  await sellApp(1n, { workerpoolrestrict: otherPool })
  await sellApp(9n, { workerpoolrestrict: shop.workerpool })
  await sellTasks(shop.workerpool, 1n)
  await sellTasks(otherPool, 9n)
  const before = await stakeOf(REQUESTER)
  const deals: BoughtDeal[] = []

  const run = await alice.run(shop.app, { volume: 2n, maxPrice: 10n, onDeal: (deal) => deals.push(deal) })

  const requests = await Promise.all(deals.map(requestOf))
  const dearPool = requests.find(({ workerpoolmaxprice }) => workerpoolmaxprice === 9n)
  const dearApp = requests.find(({ appmaxprice }) => appmaxprice === 9n)
  expect(dearPool).toMatchObject({ appmaxprice: 1n, workerpool: otherPool, volume: 1n })
  expect(dearApp).toMatchObject({ workerpoolmaxprice: 1n, workerpool: shop.workerpool, volume: 1n })
  expect(run.dealIds).toEqual(deals.map(({ dealId }) => dealId))
  expect(before - (await stakeOf(REQUESTER))).toBe(20n)
})

test('for a set that others took another one is bought within the highest price, and without one none that is dearer', async () => {
  await sellApp(1n)
  const cheap = await sellTasks(shop.workerpool, 5n)
  await sellTasks(otherPool, 7n)
  const limited = await alice.estimate(shop.app, { maxPrice: 8n })
  const unlimited = await alice.estimate(shop.app)
  await takeOne(cheap)
  await shop.synced()
  const before = await stakeOf(REQUESTER)

  const error = await refusal(alice.start(unlimited))
  const run = await alice.start(limited)

  expect(error).toMatchObject({ code: 'OrdersMismatch', details: { mismatches: [{ reason: 'NothingLeftToMatch' }] } })
  expect(await alice.deals.show(run.dealId)).toMatchObject({ workerpool: { price: 7n } })
  expect(before - (await stakeOf(REQUESTER))).toBe(8n)
})

test('where others took a part of a set, the rest of its request is closed, and the rest of its tasks is bought elsewhere', async () => {
  await sellApp(1n)
  const cheap = await sellTasks(shop.workerpool, 5n, 2n)
  await sellTasks(otherPool, 7n, 2n)
  const estimate = await alice.estimate(shop.app, { volume: 2n, maxPrice: 8n })
  await takeOne(cheap)
  await shop.synced()
  const deals: BoughtDeal[] = []

  const run = await alice.start(estimate, { onDeal: (deal) => deals.push(deal) })

  const [first] = deals
  const request = first === undefined ? undefined : await requestOf(first)
  expect(estimate.sets).toHaveLength(1)
  expect(run.taskIds).toHaveLength(2)
  expect(deals.map(({ volume }) => volume)).toEqual([1n, 1n])
  expect(request).toMatchObject({ volume: 2n, workerpoolmaxprice: 5n })
  if (request !== undefined) {
    expect(await refusal(alice.orders.cancel(request))).toMatchObject({ code: 'Refused' })
  }
})

type Asked = { readonly method: string; readonly params?: unknown }

/** Alice behind a node that does something before it answers. */
async function aliceBehind(before: (call: Asked) => Promise<unknown>, labels: string[] = []): Promise<Iexec> {
  const provider = {
    request: async (call: Asked): Promise<unknown> => {
      await before(call)
      return shop.house.owner.request(call as never)
    },
  }
  const { chain } = alice.context
  const onSent = ({ label }: { readonly label: string }): unknown => labels.push(label)
  return createIexec({ chain, provider, account: accountOf(REQUESTER), pollingMs: 20, onSent })
}

/** Alice, whose first transaction waits until others have done something that they learned from it. */
async function slowAlice(before: (request: Signed<'request'>) => Promise<unknown>): Promise<Iexec> {
  let isFirst = true
  return aliceBehind(async ({ method, params }) => {
    if (method !== 'eth_sendRawTransaction' || !isFirst) return
    isFirst = false
    const [raw] = params as readonly [`0x02${string}`]
    const { data = '0x' } = parseTransaction(raw)
    await before(requestIn(data))
  })
}

test('a request whose transaction came too late is closed, and another set is bought', async () => {
  await sellApp(1n)
  const cheap = await sellTasks(shop.workerpool, 5n)
  await sellTasks(otherPool, 7n)
  const requests: Signed<'request'>[] = []
  const slow = await slowAlice(async (request) => {
    requests.push(request)
    await takeOne(cheap)
  })

  const run = await slow.run(shop.app, { maxPrice: 8n })

  expect(await alice.deals.show(run.dealId)).toMatchObject({ workerpool: { price: 7n } })
  expect(requests).toHaveLength(1)
  for (const request of requests) {
    expect(await refusal(alice.orders.cancel(request))).toMatchObject({ code: 'Refused' })
  }
})

/** Orders as those of the shop, which nobody published: with them others make deals of a request. */
async function signTwins(
  workerpoolprice: bigint,
): Promise<{ readonly app: Signed<'app'>; readonly workerpool: Signed<'workerpool'> }> {
  const { appOwner, poolOwner, app, workerpool } = shop
  return {
    app: await appOwner.orders.sign(appOwner.orders.createApp({ app, appprice: 1n })),
    workerpool: await poolOwner.orders.sign(
      poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice, volume: 1n }),
    ),
  }
}

test('a deal that others made of the request is the run, and nothing is bought twice', async () => {
  await sellApp(1n)
  await sellTasks(shop.workerpool, 5n)
  await sellTasks(otherPool, 6n)
  const twins = await signTwins(5n)
  let made: MadeDeal | undefined
  const slow = await slowAlice(async (request) => {
    made = await shop.poolOwner.orders.match({ ...twins, request })
  })
  const before = await stakeOf(REQUESTER)

  const run = await slow.run(shop.app)

  expect(run.dealIds).toEqual([made?.dealId])
  expect(before - (await stakeOf(REQUESTER))).toBe(6n)
})

test('a deal that others made of the request before ours has its tasks before ours', async () => {
  await sellApp(1n)
  await sellTasks(shop.workerpool, 5n, 3n)
  const twins = await signTwins(5n)
  let made: MadeDeal | undefined
  const slow = await slowAlice(async (request) => {
    made = await shop.poolOwner.orders.match({ ...twins, request })
  })
  const before = await stakeOf(REQUESTER)

  const run = await slow.map(shop.app, [{ args: 'a' }, { args: 'b' }, { args: 'c' }])

  const deals = await Promise.all(run.dealIds.map(async (id) => alice.deals.show(id)))
  expect(run.dealIds[0]).toBe(made?.dealId)
  expect(deals.map(({ botFirst, botSize }) => [botFirst, botSize])).toEqual([
    [0n, 1n],
    [1n, 2n],
  ])
  expect(before - (await stakeOf(REQUESTER))).toBe(18n)
})

test('where the rest of a request cannot be closed, the request and what was bought are told, and nothing is bought twice', async () => {
  await sellApp(1n)
  const cheap = await sellTasks(shop.workerpool, 5n, 2n)
  await sellTasks(otherPool, 7n, 2n)
  let sent = 0
  const poor = await aliceBehind(async ({ method }) => {
    if (method !== 'eth_sendRawTransaction') return
    sent += 1
    if (sent > 1) throw Object.assign(new Error('insufficient funds for gas * price + value'), { code: -32_000 })
  })
  const estimate = await poor.estimate(shop.app, { volume: 2n, maxPrice: 8n })
  await takeOne(cheap)
  await shop.synced()
  const before = await stakeOf(REQUESTER)

  const error = await refusal(poor.start(estimate))

  expect(error).toMatchObject({
    code: 'InsufficientFunds',
    message: expect.stringContaining('Until the request is closed'),
  })
  expect(error).toMatchObject({ details: { request: { volume: 2n }, deals: [expect.stringMatching(/^0x/u)] } })
  expect(before - (await stakeOf(REQUESTER))).toBe(6n)
})

test('a request that was refused before it was sent is known to nobody, and not closed', async () => {
  await sellApp(1n)
  const cheap = await sellTasks(shop.workerpool, 5n)
  await sellTasks(otherPool, 7n)
  const labels: string[] = []
  let isFirst = true
  const late = await aliceBehind(async ({ method, params }) => {
    const [call] = (params ?? []) as readonly [{ readonly from?: string }?]
    if (method !== 'eth_call' || call?.from === undefined || !isFirst) return
    isFirst = false
    await takeOne(cheap)
  }, labels)

  const run = await late.run(shop.app, { maxPrice: 8n })

  expect(await alice.deals.show(run.dealId)).toMatchObject({ workerpool: { price: 7n } })
  expect(labels).toEqual(['match the orders for 1 task'])
})

test('no more is deposited than was estimated', async () => {
  await sellApp(1n)
  await sellTasks(shop.workerpool, 5n)
  const estimate = await alice.estimate(shop.app)
  await alice.account.withdraw(await stakeOf(REQUESTER))

  const error = await refusal(alice.start(estimate, { deposit: 'auto' }))

  expect(estimate.missingStake).toBe(0n)
  expect(error).toMatchObject({ code: 'InsufficientFunds', details: { missing: 6n } })
  expect(await stakeOf(REQUESTER)).toBe(0n)
  await alice.account.deposit(100n)
})

test('an order that serves one workerpool only is left for it, where otherwise too few tasks are served', async () => {
  await sellApp(1n, { volume: 1n })
  await sellApp(2n, { volume: 1n, workerpoolrestrict: shop.workerpool })
  await sellTasks(shop.workerpool, 5n)
  await sellTasks(otherPool, 6n)

  const { volume, total } = await alice.estimate(shop.app, { volume: 2n })

  expect({ volume, total }).toEqual({ volume: 2n, total: 14n })
})

// What can be done with orders, on a real chain with a real market.
import { NO_ADDRESS, encodeTag, hashOrder, orderDomain, parseParams } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { callService, createIexec, logIn, type Iexec } from '@iexec/sdk'
import { accountOf } from '@iexec/chain/test/anvil'
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { APP_OWNER, POOL_OWNER, REQUESTER, STRANGER, addressOf, openShop, refusal, signSet, type Shop } from './shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.house.stop()
})

test('an order that says nothing but its asset is free, for a million tasks, open to everybody, and unlike any other', () => {
  const { appOwner, poolOwner, app, workerpool } = shop

  const order = appOwner.orders.createApp({ app })

  expect(order).toEqual({
    kind: 'app',
    app,
    appprice: 0n,
    volume: 1_000_000n,
    tag: encodeTag(''),
    datasetrestrict: NO_ADDRESS,
    workerpoolrestrict: NO_ADDRESS,
    requesterrestrict: NO_ADDRESS,
    salt: expect.stringMatching(/^0x[\da-f]{64}$/u),
  })
  expect(appOwner.orders.createApp({ app }).salt).not.toBe(order.salt)
  expect(poolOwner.orders.createWorkerpool({ workerpool, tag: 'tee,gpu' })).toMatchObject({
    volume: 1n,
    category: 0n,
    trust: 0n,
    tag: encodeTag(['tee', 'gpu']),
  })
})

test('a request is of the signer and for him, and says where its result goes', () => {
  const { requester, app } = shop
  const me = addressOf(REQUESTER)

  const plain = requester.orders.createRequest({ app, params: '--fast' })
  const called = requester.orders.createRequest({ app, params: { iexec_args: '1' }, callback: app, beneficiary: app })

  expect(plain).toMatchObject({
    requester: me,
    beneficiary: me,
    volume: 1n,
    dataset: NO_ADDRESS,
    workerpool: NO_ADDRESS,
  })
  expect(parseParams(plain.params)).toMatchObject({
    params: { iexec_args: '--fast', iexec_result_storage_provider: 'ipfs' },
  })
  expect(called).toMatchObject({ beneficiary: app, params: '{"iexec_args":"1"}' })
})

test('what no order can say is refused while it is made', () => {
  const { requester, appOwner, app } = shop
  const attempts = [
    () => requester.orders.createRequest({ app, params: '{"fast":1}' }),
    () => requester.orders.createRequest({ app, volume: 0n }),
    () => appOwner.orders.createApp({ app: '0x12' }),
    () => appOwner.orders.createApp({ app, appprice: -1n }),
    () => appOwner.orders.createApp({ app, tag: 'fast' }),
    () => appOwner.orders.createApp(Object.assign({ app }, { appPrice: 5n })),
  ]

  for (const attempt of attempts) expect(attempt).toThrow(expect.objectContaining({ code: 'InvalidInput' }))
})

test('each kind is signed so that the hub takes it, published, shown, and taken back', async () => {
  const set = await signSet(shop)
  const { appOwner, datasetOwner, poolOwner, requester, house } = shop
  const sellers = [
    [appOwner, set.app],
    [datasetOwner, set.dataset],
    [poolOwner, set.workerpool],
    [requester, set.request],
  ] as const

  for (const [seller, order] of sellers) {
    const orderHash = hashOrder(order, orderDomain(house.chain.chainId, house.chain.hub))
    const { orders, context } = seller
    const isSigned = await house.owner.readContract({
      address: house.chain.hub,
      abi: hubAbi,
      functionName: 'verifySignature',
      args: [context.signer?.address ?? NO_ADDRESS, orderHash, order.sign],
    })
    const published = await orders.publish(order)

    expect(orders.hash(order)).toBe(orderHash)
    expect(isSigned).toBe(true)
    expect(published).toMatchObject({ orderHash, order, status: 'open', remaining: order.volume })
    expect(await orders.show(order.kind, orderHash)).toEqual({ ...published, consumed: 0n, presignedBy: undefined })
  }
  // Requests first: they depend on the others.
  for (const [{ orders }, order] of sellers.toReversed()) {
    const orderHash = orders.hash(order)
    expect(await orders.unpublish(order.kind, { orderHash })).toEqual([orderHash])
    expect(await refusal(orders.show(order.kind, orderHash))).toMatchObject({ code: 'NotFound' })
  }
})

test('the last order of an asset is taken back, or all of them', async () => {
  const { appOwner, app } = shop
  const { orders } = appOwner
  const published = []
  for (const appprice of [1n, 2n, 3n]) {
    published.push(await orders.publish(await orders.sign(orders.createApp({ app, appprice }))))
  }
  const hashes = published.map(({ orderHash }) => orderHash)

  expect(await orders.unpublish('app', { last: app })).toEqual([hashes[2]])
  expect((await orders.unpublish('app', { all: app })).toSorted()).toEqual(hashes.slice(0, 2).toSorted())
  expect(await refusal(orders.unpublish('app', { last: app }))).toMatchObject({
    code: 'ServiceRefused',
    message: expect.stringContaining('no open apporder published by signer'),
    details: { status: 403 },
  })
})

test('many orders are published under one login, and one that is refused stops no other', async () => {
  const { orders } = shop.appOwner
  const made = [1n, 2n].map((appprice) => orders.createApp({ app: shop.app, appprice }))
  const [first, second] = await Promise.all(made.map(async (order) => orders.sign(order)))
  if (first === undefined || second === undefined) throw new Error('Two were signed.')
  await orders.publish(second)

  const results = await orders.publishMany([first, second])

  expect(results).toMatchObject([
    { ok: true, orderHash: orders.hash(first), published: { status: 'open' } },
    { ok: false, orderHash: orders.hash(second), error: 'order already published' },
  ])
  expect(await orders.publishMany([])).toEqual([])
  expect(await refusal(orders.publishMany(Array.from({ length: 101 }, () => first)))).toMatchObject({
    code: 'InvalidInput',
  })
  await orders.unpublish('app', { all: shop.app })
})

test('orders that are published at the same moment take turns to log in', async () => {
  const { orders } = shop.appOwner
  const signed = await Promise.all(
    [4n, 5n, 6n].map(async (appprice) => orders.sign(orders.createApp({ app: shop.app, appprice }))),
  )

  const published = await Promise.all(signed.map(async (order) => orders.publish(order)))

  expect(published.map(({ status }) => status)).toEqual(['open', 'open', 'open'])
  await orders.unpublish('app', { all: shop.app })
})

test('two clients of one account that publish at the same moment both do', async () => {
  const other = await shop.house.user(APP_OWNER)
  const publish = async ({ orders }: Iexec): Promise<string> =>
    (await orders.publish(await orders.sign(orders.createApp({ app: shop.app })))).status

  const statuses = await Promise.all([shop.appOwner, other, shop.appOwner, other].map(publish))

  expect(statuses).toEqual(['open', 'open', 'open', 'open'])
  await other.orders.unpublish('app', { all: shop.app })
})

test('whoever uses up the login of an account elsewhere has it log in again; a signature that proves nothing is given once', async () => {
  const account = accountOf(APP_OWNER)
  let signed = 0
  const openClient = async (signLogin: (login: never) => Promise<Hex>): Promise<Iexec> => {
    const signTypedData: typeof account.signTypedData = async (data) => {
      if (data.primaryType !== 'Challenge') return account.signTypedData(data)
      signed += 1
      return signLogin(data as never)
    }
    return createIexec({ chain: shop.house.chain, account: { ...account, signTypedData } })
  }
  const spoilt = await openClient(async (login) => {
    if (signed === 1) await useUpLogin()
    return account.signTypedData(login)
  })
  const wrong = await openClient(async (login) => accountOf(STRANGER).signTypedData(login))
  const order = await spoilt.orders.sign(spoilt.orders.createApp({ app: shop.app }))

  expect(await refusal(wrong.orders.publish(order))).toMatchObject({ message: 'invalid authorization' })
  expect(signed).toBe(1)
  signed = 0
  expect((await spoilt.orders.publish(order)).status).toBe('open')
  expect(signed).toBe(2)
  await spoilt.orders.unpublish('app', { all: shop.app })
})

/** As another process does that knows of no turns. */
async function useUpLogin(): Promise<void> {
  const { context } = shop.appOwner
  const used = callService(context, 'market', {
    method: 'POST',
    path: '/apporders',
    query: { chainId: context.chain.chainId },
    headers: { authorization: await logIn(context) },
    body: {},
  })
  expect(await refusal(used)).not.toMatchObject({ message: 'invalid authorization' })
}

test('nobody signs, publishes, cancels or presigns for an asset that is not his, or a request of another', async () => {
  const { stranger, appOwner, requester, app } = shop
  const order = appOwner.orders.createApp({ app })
  const signed = await appOwner.orders.sign(order)
  const request = requester.orders.createRequest({ app })
  const notHis = {
    code: 'NotOwner',
    details: { kind: 'app', address: app, owner: addressOf(APP_OWNER), signer: addressOf(STRANGER) },
  }

  expect(await refusal(stranger.orders.sign(order))).toMatchObject(notHis)
  expect(await refusal(stranger.orders.publish(signed))).toMatchObject(notHis)
  expect(await refusal(stranger.orders.publishMany([signed]))).toMatchObject(notHis)
  expect(await refusal(stranger.orders.cancel(signed))).toMatchObject(notHis)
  expect(await refusal(stranger.orders.presign(order))).toMatchObject(notHis)
  expect(await refusal(stranger.orders.sign(request))).toMatchObject({ code: 'NotOwner' })
})

test('an order of nothing is refused', async () => {
  const { orders } = shop.appOwner

  const error = await refusal(orders.sign(orders.createApp({ app: shop.dataset })))

  expect(error).toMatchObject({ code: 'NotFound' })
})

test('orders of a category that there is not are refused before they are signed', async () => {
  const { poolOwner, requester, app, workerpool } = shop
  const pool = poolOwner.orders.createWorkerpool({ workerpool, category: 77n })
  const request = requester.orders.createRequest({ app, category: 77n })

  const refused = { code: 'NotFound', message: 'There is no category 77: there are 5.' }
  expect(await refusal(poolOwner.orders.sign(pool))).toMatchObject(refused)
  expect(await refusal(poolOwner.orders.presign(pool))).toMatchObject(refused)
  expect(await refusal(poolOwner.orders.publish({ ...pool, sign: '0x' }))).toMatchObject(refused)
  expect(await refusal(requester.orders.sign(request))).toMatchObject(refused)
})

test('whoever only looks is told that somebody has to sign', async () => {
  const { orders } = await createIexec({ chain: shop.house.chain })
  const order = shop.appOwner.orders.createApp({ app: shop.app })

  expect(await refusal(orders.sign(order))).toMatchObject({ code: 'NoSigner' })
})

test('a cancelled order is closed on chain and in the market, and cannot be cancelled, broadcast or presigned again', async () => {
  const { orders } = shop.appOwner
  const signed = await orders.sign(orders.createApp({ app: shop.app }))
  const { orderHash } = await orders.publish(signed)

  const cancelled = await orders.cancel(signed)
  await shop.synced()

  expect(cancelled).toMatchObject({ orderHash, txHash: expect.stringMatching(/^0x[\da-f]{64}$/u) })
  expect(await orders.show('app', orderHash)).toMatchObject({
    status: 'canceled',
    remaining: 0n,
    consumed: signed.volume,
  })
  for (const again of [orders.cancel, orders.broadcast, orders.presign]) {
    expect(await refusal(again(signed))).toMatchObject({
      code: 'Refused',
      details: { orderHash, consumed: signed.volume },
    })
  }
})

test('anybody broadcasts a signed order, and the market takes it into its book', async () => {
  const { orders } = shop.appOwner
  const signed = await orders.sign(orders.createApp({ app: shop.app, appprice: 77n }))

  const { orderHash } = await shop.stranger.orders.broadcast(signed)
  await shop.synced()

  expect(await orders.show('app', orderHash)).toMatchObject({ status: 'open', order: signed })
  await orders.unpublish('app', { orderHash })
})

test('an order that nobody approved is not broadcast', async () => {
  const { appOwner, stranger, app } = shop
  const order = appOwner.orders.createApp({ app })

  for (const sign of ['0x', `0x${'11'.repeat(65)}`] as const) {
    expect(await refusal(stranger.orders.broadcast({ ...order, sign }))).toMatchObject({
      code: 'InvalidInput',
      details: { code: 'NotSigned', owner: addressOf(APP_OWNER) },
    })
  }
})

test('a presigned order needs no signature, and is presigned once', async () => {
  const { orders } = shop.appOwner
  const order = orders.createApp({ app: shop.app })

  const { orderHash } = await orders.presign(order)
  await shop.synced()
  const published = await orders.publish({ ...order, sign: '0x' })

  expect(published.orderHash).toBe(orderHash)
  expect(await orders.show('app', orderHash)).toMatchObject({ presignedBy: addressOf(APP_OWNER), consumed: 0n })
  expect(await refusal(orders.presign(order))).toMatchObject({ code: 'AlreadyExists' })
  await orders.unpublish('app', { orderHash })
})

test('a number that JSON cannot say can be signed, and is not published', async () => {
  const { orders } = shop.appOwner
  const signed = await orders.sign(orders.createApp({ app: shop.app, volume: 2n ** 53n }))

  expect(await refusal(orders.publish(signed))).toMatchObject({ code: 'InvalidInput', details: { code: 'TooLarge' } })
})

test('the market refuses in its own words', async () => {
  const { orders } = shop.appOwner
  const signed = await orders.sign(orders.createApp({ app: shop.app, appprice: 9n }))
  await orders.publish(signed)

  expect(await refusal(orders.publish(signed))).toMatchObject({
    code: 'ServiceRefused',
    message: 'order already published',
    details: { status: 403, service: 'market' },
  })
  await orders.unpublish('app', { all: shop.app })
})

test('the seller of an asset can no longer sign for it, and its buyer can', async () => {
  const { poolOwner, stranger } = shop
  const { address } = await poolOwner.workerpools.deploy({ description: 'sold' })
  const order = poolOwner.orders.createWorkerpool({ workerpool: address })
  await poolOwner.workerpools.transfer(address, addressOf(STRANGER))

  expect(await refusal(poolOwner.orders.sign(order))).toMatchObject({
    code: 'NotOwner',
    details: { owner: addressOf(STRANGER), signer: addressOf(POOL_OWNER) },
  })
  expect((await stranger.orders.sign(order)).sign).toMatch(/^0x[\da-f]{130}$/u)
})

test('a wallet signs the same as a key does', async () => {
  const { house, appOwner, app } = shop
  const account = accountOf(APP_OWNER)
  // Anvil is a wallet, too: it has the keys of its accounts.
  const provider = { request: async (call: { method: string }): Promise<unknown> => house.owner.request(call as never) }
  const wallet = await createIexec({ chain: house.chain, provider, account: account.address })
  const order = appOwner.orders.createApp({ app, appprice: 5n })

  expect((await wallet.orders.sign(order)).sign).toBe((await appOwner.orders.sign(order)).sign)
})

test('what was registered this very moment can be sold at once: a market that is behind the chain is waited for', async () => {
  const { poolOwner } = shop
  for (const description of ['one', 'two', 'three']) {
    const { address } = await poolOwner.workerpools.deploy({ description })
    const order = await poolOwner.orders.sign(poolOwner.orders.createWorkerpool({ workerpool: address }))

    expect((await poolOwner.orders.publish(order)).status).toBe('open')
  }
})

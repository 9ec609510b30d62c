// Markets that are dead, slow, broken or lying: nothing is signed for them, and nothing of what they say is believed.
import { ORDER_FIELDS, encodeTag, type Signed } from '@iexec/protocol'
import { challengeOf, toWireOrder } from '@iexec/wire'
import { accountOf } from '@iexec/chain/test/anvil'
import { callService, createIexec, logIn, type Iexec } from '@iexec/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHostileServer, type HostileServer } from './hostile.ts'
import { APP_OWNER, addressOf, openShop, refusal, signSet, type Shop } from './shop.ts'

let shop: Shop
let server: HostileServer
/** The owner of the app, before a market that lies. */
let victim: Iexec
let signatures = 0

beforeAll(async () => {
  shop = await openShop()
  server = await startHostileServer()
  const account = accountOf(APP_OWNER)
  const signTypedData: typeof account.signTypedData = async (data) => {
    signatures += 1
    return account.signTypedData(data)
  }
  const chain = { ...shop.house.chain, marketUrl: server.url }
  victim = await createIexec({ chain, account: { ...account, signTypedData }, serviceTimeoutMs: 5_000, pollingMs: 5 })
})
afterAll(async () => {
  await server.stop()
  await shop.house.stop()
})

const CHAIN = 31_337

function published(order: Signed, changes: object = {}): object {
  const orderHash = victim.orders.hash(order)
  return {
    orderHash,
    order: toWireOrder(order),
    chainId: CHAIN,
    remaining: Number(order.volume),
    status: 'open',
    publicationTimestamp: '2026-01-01T00:00:00.000Z',
    signer: addressOf(APP_OWNER),
    ...changes,
  }
}

test('a login is signed only when it is nothing but a login on this chain', async () => {
  const honest = challengeOf(CHAIN, 'a'.repeat(32))
  const orderTypes = { ...honest.types, AppOrder: ORDER_FIELDS.app }
  const lies: readonly object[] = [
    challengeOf(1, 'a'.repeat(32)),
    { ...honest, domain: { ...honest.domain, name: 'iExecODB' } },
    { ...honest, domain: { ...honest.domain, verifyingContract: shop.house.chain.hub } },
    { ...honest, primaryType: 'AppOrder' },
    { ...honest, types: orderTypes },
    { ...honest, message: { challenge: 'I sell everything for nothing' } },
    { ...honest, message: { challenge: `${honest.message.challenge}\nand I sell everything` } },
    { ...honest, message: { ...honest.message, price: 1 } },
    { ...honest, message: {} },
    { domain: honest.domain },
  ]
  signatures = 0

  for (const lie of lies) {
    server.says({ ok: true, data: lie })
    expect([lie, (await refusal(logIn(victim.context))).code]).toEqual([lie, 'BadAnswer'])
  }

  expect(signatures).toBe(0)
  for (const data of [honest, { ...honest, domain: { ...honest.domain, chainId: CHAIN } }]) {
    server.says(data)
    expect(await logIn(victim.context)).toMatch(
      new RegExp(`^0x[0-9a-f]{64}_0x[0-9a-f]{130}_${addressOf(APP_OWNER)}$`, 'u'),
    )
  }
  expect(signatures).toBe(2)
})

test('an order whose hash, chain or fields do not fit is refused', async () => {
  const { app } = await signSet(shop)
  const orderHash = victim.orders.hash(app)
  const wire = toWireOrder(app)
  const lies: readonly object[] = [
    published(app, { order: { ...wire, appprice: 1 } }),
    published(app, { orderHash: encodeTag('gpu') }),
    published(app, { chainId: 1 }),
    published(app, { order: { ...wire, appprice: '3' } }),
    published(app, { order: { ...wire, appprice: -3 } }),
    published(app, { order: { ...wire, appprice: 2 ** 60 } }),
    published(app, { order: { ...wire, tag: '0x' } }),
    published(app, { order: { ...wire, sign: 'abc' } }),
    published(app, { order: null }),
    published(app, { remaining: null }),
    published(app, { status: 'fine' }),
    published(app, { signer: 'me' }),
    [],
  ]

  for (const lie of lies) {
    server.says(lie)
    expect([lie, (await refusal(victim.orders.show('app', orderHash))).code]).toEqual([lie, 'BadAnswer'])
  }
  server.says(published(app))
  expect(await victim.orders.fetch('app', orderHash)).toMatchObject({ order: app })
})

test('another order than the one that was asked for is refused, and so are orders of another app', async () => {
  const { app } = await signSet(shop)
  const other = await victim.orders.sign(victim.orders.createApp({ app: shop.app, appprice: 8n }))
  server.says(published(other))

  expect(await refusal(victim.orders.show('app', victim.orders.hash(app)))).toMatchObject({ code: 'BadAnswer' })
  server.says({ ok: true, orders: [published(other)], count: 1 })
  expect(await refusal(victim.orderbooks.fetchApps({ app: shop.dataset }))).toMatchObject({ code: 'BadAnswer' })
  expect((await victim.orderbooks.fetchApps({ app: shop.app })).items).toHaveLength(1)
})

test('the history of an account is read as the market tells it, and that of another account or chain is refused', async () => {
  const address = addressOf(APP_OWNER)
  const nothing = { counterparty: null, asset: null, dealid: null, taskid: null, orderHash: null, detail: null }
  const place = { blockNumber: 7, blockTimestamp: '2026-01-01T00:00:00.000Z', transactionHash: `0x${'ab'.repeat(32)}` }
  const event = { id: '7-0', chainId: CHAIN, kind: 'Reward', account: address, amount: 3, ...nothing, ...place }
  const tell = (changes: object): void => {
    server.says({ ok: true, events: [{ ...event, ...changes }], count: 1 })
  }

  for (const lie of [{ account: addressOf(9) }, { account: null }, { chainId: 1 }, { amount: -1 }, { kind: 7 }]) {
    tell(lie)
    expect([lie, (await refusal(victim.account.history(address))).code]).toEqual([lie, 'BadAnswer'])
  }
  tell({})
  expect(await victim.account.history(address)).toMatchObject({
    items: [{ kind: 'Reward', account: address, amount: 3n, taskId: undefined, blockNumber: 7n }],
    count: 1,
  })
  for (const lie of [{ address: addressOf(9) }, { chainId: 1 }, { earned: undefined }, { earned: '3' }]) {
    server.says({ ok: true, address, chainId: CHAIN, earned: 3, ...lie })
    expect([lie, (await refusal(victim.account.earned(address))).code]).toEqual([lie, 'BadAnswer'])
  }
  server.says({ ok: true, address, chainId: CHAIN, earned: 3 })
  expect(await victim.account.earned(address)).toBe(3n)
})

test('best orders that break the wish are refused', async () => {
  const { app, workerpool } = await signSet(shop)
  const lie = (changes: object = {}): void => {
    const match = { apporder: published(app), datasetorder: null, workerpoolorder: published(workerpool), volume: 1 }
    const books = { orders: [], count: 0 }
    server.says({ ok: true, found: true, matches: [{ ...match, taskPrice: 0, ...changes }], missing: [], ...books })
  }

  for (const wish of [
    { appmaxprice: 2n },
    { maxprice: 12n },
    { category: 1n },
    { trust: 1n },
    { tag: 'gpu' },
    { workerpool: shop.app },
    { app: shop.dataset },
    { dataset: shop.dataset },
  ]) {
    lie()
    expect(await refusal(victim.orderbooks.findBest({ app: shop.app, ...wish }))).toMatchObject({
      code: 'BadAnswer',
      message: expect.stringContaining('break the wish'),
    })
  }
  lie({ taskPrice: 1 })
  expect(await victim.orderbooks.findBest({ app: shop.app })).toMatchObject({ total: 13n })
  lie({ volume: 99 })
  expect(await victim.orderbooks.findBest({ app: shop.app, volume: 99n })).toMatchObject({ volume: 5n })
})

test('a password or a key in the URL of a service is in no error', async () => {
  const secret = server.url.replace('//', '//me:s3cret@')
  const iexec = await createIexec({
    chain: { ...shop.house.chain, marketUrl: secret, storageUrl: `${secret}/?key=s3cret` },
  })

  for (const failed of [iexec.orderbooks.fetchApps({ app: shop.app }), iexec.storage.has(`Qm${'a'.repeat(44)}`)]) {
    const { code, message, hints, details } = await refusal(failed)
    expect(code).toBe('ServiceUnreachable')
    expect(JSON.stringify([message, hints, details])).not.toContain('s3cret')
  }
})

function fill(length: number, value: unknown): readonly unknown[] {
  return Array.from({ length }, () => value)
}

test('a market that offers sets, suggestions or orders without end is refused before the chain is asked', async () => {
  const { app, workerpool } = await signSet(shop)
  const match = { apporder: published(app), datasetorder: null, workerpoolorder: published(workerpool), volume: 1 }
  const change = { changes: [{ sentence: 'raise it' }] }
  const best = async (answer: object): Promise<string> => {
    server.says({ ok: true, found: true, matches: [], missing: [], ...answer })
    return (await refusal(victim.orderbooks.findBest({ app: shop.app }))).message
  }

  expect(await best({ matches: fill(101, match) })).toContain('at most 100, and is one of 101')
  expect(await best({ missing: fill(101, change) })).toContain('at most 100, and is one of 101')
  expect(await best({ missing: [{ changes: fill(101, change.changes[0]) }] })).toContain('at most 100')
  server.says({ ok: true, orders: fill(1001, published(app)), count: 1001 })
  expect(await refusal(victim.orderbooks.fetchApps({ app: shop.app }))).toMatchObject({
    code: 'BadAnswer',
    message: expect.stringContaining('at most 1000'),
  })
})

test('a wish for a category of any number is judged at once, however many the hub would need', async () => {
  const { app, workerpool } = await signSet(shop)
  server.answers((request, response) => {
    const path = request.url ?? ''
    const order = path.startsWith('/apporders') ? app : workerpool
    response
      .writeHead(path.startsWith('/match') ? 404 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ ok: true, orders: [published(order)], count: 1 }))
  })

  expect(
    await refusal(victim.orderbooks.findBest({ app: shop.app, category: BigInt(Number.MAX_SAFE_INTEGER) })),
  ).toMatchObject({ code: 'NoMatch' })
})

test('a market that does not know the asset yet is asked again as soon as it has caught up, and not before', async () => {
  const { app } = await signSet(shop)
  const head = Number(await shop.house.owner.getBlockNumber())
  const behind = [head - 2, head - 1, head]
  const told: string[] = []
  server.answers((request, response) => {
    const path = new URL(request.url ?? '', server.url).pathname
    told.push(path)
    const isKnown = behind.length === 0
    const answers: Readonly<Record<string, object>> = {
      '/challenge': { data: challengeOf(CHAIN, `nonce${told.length}`) },
      '/metrics': { lastBlock: path === '/metrics' ? behind.shift() : 0 },
      '/apporders': isKnown ? { ok: true, published: published(app) } : { ok: false, error: 'Resource not deployed' },
    }
    response.writeHead(path === '/apporders' && !isKnown ? 403 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answers[path]))
  })

  expect(await victim.orders.publish(app)).toMatchObject({ order: app })
  expect(told).toEqual(['/challenge', '/apporders', '/metrics', '/metrics', '/metrics', '/challenge', '/apporders'])
})

test('a list that never ends, ends with its first empty page', async () => {
  server.says({ ok: true, orders: [], count: 1_000_000, nextPage: 20 })
  const found: unknown[] = []

  for await (const item of victim.orderbooks.each('app', { app: shop.app })) found.push(item)

  expect(found).toEqual([])
})

test('a dead market is named with its host, and nothing was signed for it', async () => {
  const { house, appOwner } = shop
  const chain = { ...house.chain, marketUrl: 'http://127.0.0.1:9' }
  const iexec = await createIexec({ chain, account: accountOf(APP_OWNER) })
  const signed = await appOwner.orders.sign(appOwner.orders.createApp({ app: shop.app }))

  expect(await refusal(iexec.orders.publish(signed))).toMatchObject({
    code: 'ServiceUnreachable',
    message: expect.stringMatching(/^The market at 127\.0\.0\.1:9 cannot be used: /u),
    details: { service: 'market', host: '127.0.0.1:9' },
  })
})

test('without a market the error says which setting is missing', async () => {
  const { marketUrl: _none, ...chain } = shop.house.chain
  const iexec = await createIexec({ chain })

  expect(await refusal(iexec.orderbooks.fetchWorkerpools())).toMatchObject({
    code: 'NotConfigured',
    hints: ['Set marketUrl in the settings of the chain.'],
  })
})

async function ask(): Promise<unknown> {
  return callService(victim.context, 'market', { path: '/version' })
}

test('answers that are no JSON, too much, or of a failing server, are told apart', async () => {
  const answer = (status: number, type: string, body: string): void => {
    server.answers((_, response) => {
      response.writeHead(status, { 'content-type': type }).end(body)
    })
  }

  answer(200, 'text/html', '<h1>Welcome</h1>')
  expect(await refusal(ask())).toMatchObject({ code: 'BadAnswer', message: expect.stringContaining('text/html') })
  answer(200, 'application/json', '{"ok":')
  expect(await refusal(ask())).toMatchObject({ code: 'BadAnswer' })
  answer(200, 'application/json', `"${'a'.repeat(17 * 1024 * 1024)}"`)
  expect(await refusal(ask())).toMatchObject({ code: 'BadAnswer', message: expect.stringContaining('16777216') })
  answer(502, 'text/html', 'Bad Gateway')
  expect(await refusal(ask())).toMatchObject({
    code: 'ServiceUnreachable',
    message: expect.stringContaining('failed with 502: Bad Gateway'),
  })
  server.says({ ok: false, error: 'Internal error' }, 500)
  expect(await refusal(ask())).toMatchObject({
    code: 'ServiceUnreachable',
    message: expect.stringContaining('Internal error'),
  })
  server.says({ ok: false, error: 'Rate limit exceeded' }, 429)
  expect(await refusal(ask())).toMatchObject({
    code: 'ServiceRefused',
    message: 'Rate limit exceeded',
    details: { status: 429 },
  })
  server.says({ ok: false, error: `no\u001b[31m way${'!'.repeat(1_000)}` }, 403)
  expect((await refusal(ask())).message).toMatch(/^no \[31m way!+…$/u)
})

test('a service that does not answer is given up, at the signal of who asks or after its time', async () => {
  const { promise: isAsked, resolve: tellAsked } = Promise.withResolvers<void>()
  server.answers(({ url }) => {
    if (url === '/given-up') tellAsked()
  })
  const hasty = { ...victim.context, serviceTimeoutMs: 30 }
  const controller = new AbortController()

  expect(await refusal(callService(hasty, 'market', { path: '/version' }))).toMatchObject({
    code: 'ServiceUnreachable',
    message: expect.stringContaining('did not answer within 30 ms'),
  })
  const waiting = refusal(callService(victim.context, 'market', { path: '/given-up', signal: controller.signal }))
  // Else the question might reach the server while the next test looks at its questions.
  await isAsked
  controller.abort()
  expect(await waiting).toMatchObject({ code: 'Aborted' })
})

test('what is sent is what was said: JSON for objects, plain text for texts', async () => {
  const seen: unknown[] = []
  server.answers((request, response) => {
    seen.push([request.method, request.url, request.headers.accept, request.headers['content-type']])
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const { context } = victim

  await callService(context, 'market', { path: '/a', query: { one: 1n, two: undefined, three: false } })
  await callService(context, 'market', { method: 'POST', path: '/b', body: { a: 1 } })
  await callService(context, 'market', { method: 'PUT', path: '/c', body: 'text' })

  const accept = 'application/json'
  expect(seen).toEqual([
    ['GET', '/a?one=1&three=false', accept, undefined],
    ['POST', '/b', accept, 'application/json'],
    ['PUT', '/c', accept, 'text/plain'],
  ])
})

test('strict flags of a book are always sent', async () => {
  server.says({ ok: true, orders: [], count: 0 })

  await victim.orderbooks.fetchWorkerpools({ category: 3n, minTag: 'gpu', requester: 'any' })

  const query = new URLSearchParams(server.asked().at(-1)?.split('?')[1])
  expect(Object.fromEntries(query)).toEqual({
    chainId: String(CHAIN),
    category: '3',
    minTag: encodeTag('gpu'),
    requester: 'any',
    isAppStrict: 'false',
    isDatasetStrict: 'false',
    isRequesterStrict: 'false',
    pageIndex: '0',
    pageSize: '20',
  })
})

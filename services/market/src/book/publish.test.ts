// The rules of publishing on both engines. What only a chain can tell is asked of a real one.
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import type { WireKind, WireOrder } from '@iexec/wire'
import type { Address, Hex } from 'viem'
import { getAddress } from 'viem/utils'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onBothEngines } from '../../test/database.ts'
import { publishEntries, publishOrders, type PublishOutcome } from './publish.ts'
import { ChainUnreachable } from './signature.ts'
import {
  NOW,
  TEE_TAG,
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
  seedStake,
  sign,
  statuses,
  workerpoolOrder,
  type TestBook,
} from './testMarket.ts'

const APP = getAddress(assetAddress(1))
const DATASET = getAddress(assetAddress(2))
const POOL = getAddress(assetAddress(3))
const [APP_OWNER, DATASET_OWNER, POOL_OWNER, REQUESTER, STRANGER] = [1, 2, 3, 4, 5] as const

type Engine = Parameters<typeof openTestBook>[0]

let chain: TestMarket
beforeAll(async () => {
  chain = await startMarket()
})
afterAll(async () => {
  await chain.stop()
})

/** A book with one app, dataset and workerpool, and nobody short of stake. */
async function openShop(engine: Engine, maxOpenOrdersPerWallet = 50): Promise<TestBook> {
  const book = await openTestBook(engine, { settings: { maxOpenOrdersPerWallet, challengeLifetimeMs: 1 } })
  await seedAsset(book.database, { kind: 'app', address: APP, owner: person(APP_OWNER) })
  await seedAsset(book.database, { kind: 'dataset', address: DATASET, owner: person(DATASET_OWNER) })
  await seedAsset(book.database, { kind: 'workerpool', address: POOL, owner: person(POOL_OWNER) })
  for (const who of [POOL_OWNER, REQUESTER]) await seedStake(book.database, person(who), 10n ** 12n)
  return book
}

/** As `openShop`, with an app order of price 5 in the book. */
async function openStockedShop(engine: Engine, fields: Parameters<typeof appOrder>[1] = {}): Promise<TestBook> {
  const book = await openShop(engine)
  await seedBook(book.database, [rowOf('apporder', appOrder(APP, fields), { signer: person(APP_OWNER) })])
  return book
}

type Signing = { readonly by: number; readonly as?: number }

async function publish<K extends WireKind>(
  { market }: TestBook,
  [kind, unsigned]: readonly [K, Omit<WireOrder<K>, 'sign'>],
  { by, as = by }: Signing,
): Promise<PublishOutcome<K> | undefined> {
  const order = await sign(kind, unsigned, { by })
  const [outcome] = await publishOrders(market, { kind, orders: [order], signedInAs: person(as) })
  return outcome
}

function refused(error: string): PublishOutcome {
  return { ok: false, status: 403, error }
}

const ask = (fields: Parameters<typeof requestOrder>[1] = {}): ReturnType<typeof requestOrder> =>
  requestOrder({ app: APP, requester: person(REQUESTER) }, fields)

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

  test.for(['open', 'filled', 'canceled'] as const)('refuses an order that is %s in the book', async (status) => {
    const book = await openShop(engine)
    const order = appOrder(APP)
    await seedBook(book.database, [rowOf('apporder', order, { signer: person(APP_OWNER), status })])

    expect(await publish(book, ['apporder', order], { by: APP_OWNER })).toEqual(refused('order already published'))
    expect(book.announced).toEqual([])
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

  test('accepts an order that is signed in advance on chain, without asking the chain', async () => {
    const book = await openStockedShop(engine)
    const presigned = { ...ask(), sign: '0x' } as const
    const ofApp = { ...appOrder(APP), sign: '0x' } as const
    await seedChainOrder(book.database, { hash: hashOf('requestorder', presigned), presignedBy: person(REQUESTER) })
    await seedChainOrder(book.database, { hash: hashOf('apporder', ofApp), presignedBy: person(APP_OWNER) })

    const [request] = await publishOrders(book.market, {
      kind: 'requestorder',
      orders: [presigned],
      signedInAs: person(REQUESTER),
    })
    const [app] = await publishOrders(book.market, { kind: 'apporder', orders: [ofApp], signedInAs: person(APP_OWNER) })

    expect(request?.ok).toBe(true)
    expect(app?.ok).toBe(true)
  })

  test('does not take the signature in advance of somebody else, such as the previous owner', async () => {
    const book = await openShop(engine)
    const order = { ...appOrder(APP), sign: '0x' } as const
    await seedChainOrder(book.database, { hash: hashOf('apporder', order), presignedBy: person(STRANGER) })

    const [outcome] = await publishOrders(onChain(book), {
      kind: 'apporder',
      orders: [order],
      signedInAs: person(APP_OWNER),
    })

    expect(outcome).toEqual(refused('invalid sign'))
  })

  test('throws when only the chain can tell whether an order is signed, and it does not answer', async () => {
    const book = await openShop(engine)
    const order = { ...appOrder(APP), sign: '0x' } as const

    const publishing = publishOrders(book.market, { kind: 'apporder', orders: [order], signedInAs: person(APP_OWNER) })

    await expect(publishing).rejects.toThrow(ChainUnreachable)
  })

  test('does not ask the chain for a signature when an earlier rule refuses', async () => {
    const book = await openShop(engine)

    expect(await publish(book, ['apporder', appOrder(APP)], { by: STRANGER, as: STRANGER })).toMatchObject({
      ok: false,
    })
    expect(await publish(book, ['apporder', appOrder(STRANGER_ASSET)], { by: STRANGER, as: APP_OWNER })).toMatchObject({
      ok: false,
    })
  })

  test('refuses what the account did not sign, and what is no signature at all', async () => {
    const book = await openShop(engine)
    const order = appOrder(APP)
    const byAnother = await sign('apporder', order, { by: STRANGER })
    const ofAnother = { ...order, sign: (await sign('apporder', appOrder(APP), { by: APP_OWNER })).sign }

    for (const wrong of [byAnother, ofAnother, { ...order, sign: '0x' }, { ...order, sign: '0x1234' }] as const) {
      const [outcome] = await publishOrders(onChain(book), {
        kind: 'apporder',
        orders: [wrong],
        signedInAs: person(APP_OWNER),
      })

      expect(outcome).toEqual(refused('invalid sign'))
    }
    expect(await statuses(book.database)).toEqual(new Map())
  })

  test('asks a contract that owns an asset whether it signed (ERC-1271)', async () => {
    const book = await openTestBook(engine)
    const wallet: Address = '0x00000000000000000000000000000000000012a1'
    await seedAsset(book.database, { kind: 'app', address: APP, owner: wallet })
    const [signed, unsigned] = [appOrder(APP), appOrder(APP)].map((order) => ({ ...order, sign: '0xabcd' }) as const)
    if (signed === undefined || unsigned === undefined) throw new Error('There are two.')
    await chain.owner.setCode({ address: wallet, bytecode: walletThatSigned(hashOf('apporder', signed)) })

    const outcomes = await publishOrders(onChain(book), {
      kind: 'apporder',
      orders: [unsigned, signed],
      signedInAs: wallet,
    })

    expect(outcomes.map((outcome) => (outcome.ok ? outcome.published.signer : outcome.error))).toEqual([
      'invalid sign',
      getAddress(wallet),
    ])
  })

  test('lets a wallet have as many open orders of a kind as the market allows, and not one more', async () => {
    const book = await openShop(engine, 2)
    const dead = rowOf('apporder', appOrder(APP), { signer: person(APP_OWNER), status: 'dead' })
    const otherKind = rowOf('datasetorder', datasetOrder(DATASET), { signer: person(APP_OWNER) })
    const other = rowOf('apporder', appOrder(APP), { signer: person(STRANGER) })
    await seedBook(book.database, [dead, otherKind, other])

    const outcomes = [
      await publish(book, ['apporder', appOrder(APP)], { by: APP_OWNER }),
      await publish(book, ['apporder', appOrder(APP)], { by: APP_OWNER }),
      await publish(book, ['apporder', appOrder(APP)], { by: APP_OWNER }),
    ]

    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([true, true, false])
    expect(outcomes[2]).toEqual(
      refused(`maximum of 2 published open apporder has been reached for wallet ${person(APP_OWNER)}`),
    )
  })

  test('books what the chain has left of an order, and refuses one of which nothing is left', async () => {
    const book = await openShop(engine)
    const consumptions = [{ consumed: 9n }, { consumed: 10n }, { consumed: 2n ** 200n }, { closed: true }]
    const orders = consumptions.map(() => appOrder(APP))
    for (const [index, consumption] of consumptions.entries()) {
      const order = orders[index] ?? appOrder(APP)
      await seedChainOrder(book.database, { hash: hashOf('apporder', order), ...consumption })
    }

    const outcomes = await Promise.all(
      orders.map(async (order) => publish(book, ['apporder', order], { by: APP_OWNER })),
    )

    expect(outcomes[0]).toMatchObject({ ok: true, published: { remaining: 1 } })
    expect(outcomes.slice(1)).toEqual(Array.from({ length: 3 }, () => refused('order already consumed')))
  })

  test.for([
    // Three per task, times ten.
    { price: 10, consumed: 0n, needed: 30n },
    { price: 13, consumed: 8n, needed: 6n },
    { price: Number.MAX_SAFE_INTEGER, consumed: 0n, needed: 27_021_597_764_222_970n },
  ])('needs $needed nRLC of stake for a workerpool order of price $price', async ({ price, consumed, needed }) => {
    const book = await openShop(engine)
    const order = workerpoolOrder(POOL, { workerpoolprice: price })
    await seedChainOrder(book.database, { hash: hashOf('workerpoolorder', order), consumed })
    const tryWith = async (stake: bigint): Promise<PublishOutcome | undefined> => {
      await seedStake(book.database, person(POOL_OWNER), stake)
      return publish(book, ['workerpoolorder', order], { by: POOL_OWNER })
    }

    const tooLow = await tryWith(needed - 1n)
    const enough = await tryWith(needed)

    expect(tooLow).toEqual(refused("workerpool owner's stake is too low to cover required workerpool lock"))
    expect(enough?.ok).toBe(true)
  })

  test('needs no stake for a workerpool order of price 3, because the lock is rounded down for each task', async () => {
    const book = await openShop(engine)
    await book.database.write(async (writer) => writer.deleteFrom('account').execute())

    const free = await publish(book, ['workerpoolorder', workerpoolOrder(POOL, { workerpoolprice: 3 })], {
      by: POOL_OWNER,
    })
    const four = await publish(book, ['workerpoolorder', workerpoolOrder(POOL, { workerpoolprice: 4 })], {
      by: POOL_OWNER,
    })

    expect([free?.ok, four?.ok]).toEqual([true, false])
  })

  test('needs all that a request may pay, for what is left of it', async () => {
    const book = await openStockedShop(engine)
    await seedBook(book.database, [rowOf('datasetorder', datasetOrder(DATASET), { signer: person(DATASET_OWNER) })])
    const order = ask({ dataset: DATASET, datasetmaxprice: 4 })
    await seedChainOrder(book.database, { hash: hashOf('requestorder', order), consumed: 3n })
    const tryWith = async (stake: bigint): Promise<PublishOutcome | undefined> => {
      await seedStake(book.database, person(REQUESTER), stake)
      return publish(book, ['requestorder', order], { by: REQUESTER })
    }

    const tooLow = await tryWith(132n)
    const enough = await tryWith(133n)

    expect(tooLow).toEqual(
      refused('requester stake is too low to cover requestorder payment, minimum stake required is 133 nRLC'),
    )
    expect(enough?.ok).toBe(true)
  })

  test('needs an app order that lets the request in', async () => {
    const other = person(STRANGER)
    const tries = [
      [{}, {}, true],
      [{ app: STRANGER_ASSET }, {}, false],
      [{ workerpoolrestrict: POOL }, {}, false],
      [{ workerpoolrestrict: POOL }, { workerpool: POOL }, true],
      [{}, { workerpool: POOL }, true],
      [{ datasetrestrict: DATASET }, {}, false],
      [{ requesterrestrict: other }, {}, false],
      [{ requesterrestrict: person(REQUESTER) }, {}, true],
    ] as const

    for (const [offer, wish, fits] of tries) {
      const book = await openStockedShop(engine, offer)
      const outcome = await publish(book, ['requestorder', ask(wish)], { by: REQUESTER })

      expect(outcome?.ok === true ? true : outcome?.error).toBe(fits ? true : `No apporder published for app ${APP}`)
    }
  }, 120_000)

  test('needs a maximum price for the app that the best fitting order asks', async () => {
    const book = await openStockedShop(engine, { appprice: 7 })
    const cheapForOther = appOrder(APP, { appprice: 1, requesterrestrict: person(STRANGER) })
    const dead = appOrder(APP, { appprice: 2 })
    await seedBook(book.database, [
      rowOf('apporder', cheapForOther, { signer: person(APP_OWNER) }),
      rowOf('apporder', dead, { signer: person(APP_OWNER), status: 'dead' }),
    ])

    const tooLow = await publish(book, ['requestorder', ask({ appmaxprice: 6 })], { by: REQUESTER })
    const enough = await publish(book, ['requestorder', ask({ appmaxprice: 7 })], { by: REQUESTER })

    expect(tooLow).toEqual(refused(`appmaxprice for app ${APP} is too low, actual best price is 7 nRLC`))
    expect(enough?.ok).toBe(true)
  })

  test('needs an app order with a trusted execution environment when the request asks for one', async () => {
    const book = await openStockedShop(engine)

    const none = await publish(book, ['requestorder', ask({ tag: TEE_TAG })], { by: REQUESTER })
    await seedBook(book.database, [
      rowOf('apporder', appOrder(APP, { appprice: 9, tag: TEE_TAG }), { signer: person(APP_OWNER) }),
    ])
    const tooLow = await publish(book, ['requestorder', ask({ tag: TEE_TAG })], { by: REQUESTER })
    const enough = await publish(book, ['requestorder', ask({ tag: TEE_TAG, appmaxprice: 9 })], { by: REQUESTER })

    expect(none).toEqual(refused(`No tee enabled apporder published for app ${APP}`))
    expect(tooLow).toEqual(refused(`appmaxprice for app ${APP} is too low, actual best price is 9 nRLC`))
    expect(enough?.ok).toBe(true)
  })

  test('needs a dataset order that lets the request in, at its price', async () => {
    const book = await openStockedShop(engine)
    const wish = { dataset: DATASET, datasetmaxprice: 2 }

    const none = await publish(book, ['requestorder', ask(wish)], { by: REQUESTER })
    await seedBook(book.database, [
      rowOf('datasetorder', datasetOrder(DATASET), { signer: person(DATASET_OWNER) }),
      rowOf('datasetorder', datasetOrder(DATASET, { datasetprice: 1, apprestrict: POOL }), {
        signer: person(DATASET_OWNER),
      }),
    ])
    const tooLow = await publish(book, ['requestorder', ask(wish)], { by: REQUESTER })
    const enough = await publish(book, ['requestorder', ask({ ...wish, datasetmaxprice: 3 })], { by: REQUESTER })

    expect(none).toEqual(refused(`No datasetorder published for dataset ${DATASET}`))
    expect(tooLow).toEqual(refused(`datasetmaxprice for dataset ${DATASET} is too low, actual best price is 3 nRLC`))
    expect(enough?.ok).toBe(true)
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

  test('tells the earlier rule when a workerpool order breaks two', async () => {
    const told = await breakPairs(engine, 'workerpoolorder', [
      'published',
      'unregistered',
      'foreign',
      'unsigned',
      'too many',
      'consumed',
      'unstaked',
    ])

    expect(told.filter(({ pair, error }) => TEXTS[pair[0]]?.test(error) !== true)).toEqual([])
  }, 120_000)

  test('tells the earlier rule when a request breaks two', async () => {
    const told = await breakPairs(engine, 'requestorder', [
      'published',
      'foreign',
      'unsigned',
      'too many',
      'consumed',
      'unstaked',
      'no app order',
      'no dataset order',
    ])

    expect(told.filter(({ pair, error }) => TEXTS[pair[0]]?.test(error) !== true)).toEqual([])
  }, 120_000)
})

/** Code of a contract whose `isValidSignature` says yes to one hash only. */
function walletThatSigned(hash: Hex): Hex {
  // hash == calldata[4..36] ? 0x1626ba7e in the first four bytes : 0
  return `0x7f${hash.slice(2)}60043514631626ba7e0260e01b60005260206000f3`
}

const STRANGER_ASSET: Address = getAddress(assetAddress(77))

const TEXTS: Readonly<Record<string, RegExp>> = {
  published: /^order already published$/u,
  unregistered: /^Resource not deployed$/u,
  foreign: /^only order signer 0x[\da-fA-F]{40} can publish an order$/u,
  unsigned: /^invalid sign$/u,
  'too many': /^maximum of 1 published open \w+ has been reached for wallet 0x[\da-fA-F]{40}$/u,
  consumed: /^order already consumed$/u,
  unstaked: /stake is too low to cover/u,
  'no app order': /^No apporder published for app/u,
  'no dataset order': /^No datasetorder published for dataset/u,
}

type Told = { readonly pair: readonly [string, string]; readonly error: string }

/** What is told of an order that breaks two rules, for each pair of them; the earlier rule comes first. */
async function breakPairs(
  engine: Engine,
  kind: 'workerpoolorder' | 'requestorder',
  rules: readonly string[],
): Promise<readonly Told[]> {
  const told: Told[] = []
  for (const [index, earlier] of rules.entries()) {
    for (const later of rules.slice(index)) {
      const outcome = await publishBroken(engine, kind, new Set([earlier, later]))
      told.push({ pair: [earlier, later], error: outcome?.ok === false ? outcome.error : 'nothing' })
    }
  }
  return told
}

/** The market, where what only the chain can tell is asked of a real hub. It judges any hash, of whatever domain. */
function onChain({ market }: TestBook): TestBook['market'] {
  return { ...market, client: chain.owner, contracts: { ...market.contracts, hub: chain.addresses.hub } }
}

async function publishBroken(
  engine: Engine,
  kind: 'workerpoolorder' | 'requestorder',
  breaks: ReadonlySet<string>,
): Promise<PublishOutcome | undefined> {
  const signer = kind === 'requestorder' ? REQUESTER : POOL_OWNER
  const book = await openTestBook(engine, { settings: { maxOpenOrdersPerWallet: 1, challengeLifetimeMs: 1 } })
  const { database } = book
  const signedInAs = breaks.has('foreign') ? STRANGER : signer
  const order: Omit<WireOrder<typeof kind>, 'sign'> = kind === 'requestorder'
    ? ask({ dataset: DATASET, datasetmaxprice: 3 })
    : workerpoolOrder(POOL)
  const hash: Hex = hashOf(kind, order as never)
  if (!breaks.has('unregistered'))
    await seedAsset(database, { kind: 'workerpool', address: POOL, owner: person(signer) })
  if (!breaks.has('unstaked')) await seedStake(database, person(signedInAs), 10n ** 12n)
  if (!breaks.has('no app order')) {
    await seedBook(database, [rowOf('apporder', appOrder(APP), { signer: person(APP_OWNER) })])
  }
  if (!breaks.has('no dataset order')) {
    await seedBook(database, [rowOf('datasetorder', datasetOrder(DATASET), { signer: person(DATASET_OWNER) })])
  }
  if (breaks.has('published'))
    await seedBook(database, [rowOf(kind, order as never, { signer: person(signer), status: 'filled' })])
  if (breaks.has('consumed')) await seedChainOrder(database, { hash, closed: true })
  if (breaks.has('too many')) {
    const another = kind === 'requestorder' ? ask() : workerpoolOrder(POOL)
    await seedBook(database, [rowOf(kind, another as never, { signer: person(signedInAs) })])
  }
  const signed = await sign(kind, order as never, { by: breaks.has('unsigned') ? 9 : signedInAs })
  const [outcome] = await publishOrders(onChain(book), {
    kind,
    orders: [signed] as never,
    signedInAs: person(signedInAs),
  })
  return outcome
}

// The rules of publishing after that of the signature, on both sides of each boundary.
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { type PublishOutcome } from './publish.ts'
import {
  TEE_TAG,
  appOrder,
  datasetOrder,
  hashOf,
  person,
  rowOf,
  seedBook,
  seedChainOrder,
  seedStake,
  workerpoolOrder,
} from './testMarket.ts'
import { SHOP, ask, openShop, openStockedShop, publish, refused } from './testShop.ts'

const { APP, APP_OWNER, DATASET, DATASET_OWNER, POOL, POOL_OWNER, REQUESTER, STRANGER, STRANGER_ASSET } = SHOP

onBothEngines('publishing', (engine) => {
  test.for(['open', 'filled', 'canceled'] as const)('refuses an order that is %s in the book', async (status) => {
    const book = await openShop(engine)
    const order = appOrder(APP)
    await seedBook(book.database, [rowOf('apporder', order, { signer: person(APP_OWNER), status })])

    expect(await publish(book, ['apporder', order], { by: APP_OWNER })).toEqual(refused('order already published'))
    expect(book.announced).toEqual([])
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
})

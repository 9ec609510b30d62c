// What a wish asks of orders: trust, category, tags, prices, and an owner who can stake.
import { NO_TAG, encodeTag } from '@iexec/protocol'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { DATASET, OWNERS, POOLS } from './testBook.ts'
import { app, changesOf, dataset, pool, matchesIn } from './testMatch.ts'

onBothEngines('a match', (engine) => {
  const matchOf = matchesIn(engine)

  test('has enough trust, and the category', async () => {
    const orders = [app(), pool(1n, { trust: 4n }), pool(2n, { trust: 5n }), pool(1n, { category: 3n, trust: 9n })]

    expect(await matchOf(orders, { trust: 5 })).toMatchObject({ found: true, totalPrice: 2 })
    expect(changesOf(await matchOf(orders, { trust: 6 }))).toEqual([
      [['category', 'CategoryMismatch', 3]],
      [['trust', 'TrustTooLow', 5]],
    ])
    expect(changesOf(await matchOf(orders, { category: 9 }))).toEqual([
      [['category', 'UnknownCategory', 0]],
      [['category', 'UnknownCategory', 3]],
    ])
  })

  test('has workerpool orders of trust 0 for a wish of trust 0, and not for one of trust 1: the hub takes neither more nor less', async () => {
    const orders = [app(), pool(5n, { trust: 0n })]

    expect(await matchOf(orders, { trust: 0 })).toMatchObject({ found: true, totalPrice: 5 })
    expect(changesOf(await matchOf(orders, { trust: 1 }))).toEqual([[['trust', 'TrustTooLow', 0]]])
  })

  test('offers every bit that the app, the dataset and the wish ask for', async () => {
    const gpu = encodeTag('gpu')
    const high = encodeTag(`0x8${'0'.repeat(63)}`)
    const orders = [pool(1n), pool(2n, { tag: gpu }), pool(3n, { tag: encodeTag(`0x8${'0'.repeat(60)}100`) })]

    expect(await matchOf([app(), ...orders])).toMatchObject({ totalPrice: 1 })
    expect(await matchOf([app(), ...orders], { tag: gpu })).toMatchObject({ totalPrice: 2 })
    expect(await matchOf([app(), ...orders], { tag: high })).toMatchObject({ totalPrice: 3 })
    expect(await matchOf([app({ tag: gpu }), ...orders])).toMatchObject({ totalPrice: 2 })
    expect(await matchOf([app(), dataset({ tag: gpu }), ...orders], { dataset: DATASET })).toMatchObject({
      totalPrice: 2,
    })
    expect(changesOf(await matchOf([app(), pool(1n)], { tag: gpu }))).toEqual([[['tag', 'WorkerpoolLacksTag', NO_TAG]]])
    expect(changesOf(await matchOf([app({ tag: gpu }), pool(1n)]))).toEqual([[['tag', 'WorkerpoolLacksTag', null]]])
  })

  test('has an app order with TEE when the wish or the dataset asks for it', async () => {
    const tee = encodeTag('tee')
    const orders = [app(), app({ appprice: 5n, tag: tee }), pool(1n), pool(2n, { tag: tee })]

    expect(await matchOf(orders)).toMatchObject({ totalPrice: 1 })
    expect(await matchOf(orders, { tag: tee })).toMatchObject({ totalPrice: 7 })
    expect(await matchOf([...orders, dataset({ tag: tee })], { dataset: DATASET })).toMatchObject({ totalPrice: 7 })
    expect(changesOf(await matchOf([app(), pool(2n, { tag: tee })], { tag: tee }))).toEqual([
      [['tag', 'AppLacksTee', NO_TAG]],
    ])
  })

  test('stays within the prices of the wish, each and all together', async () => {
    const orders = [app({ appprice: 2n }), dataset({ datasetprice: 3n }), pool(5n)]
    const limits = { appmaxprice: 2, datasetmaxprice: 3, workerpoolmaxprice: 5, maxprice: 10 }

    expect(await matchOf(orders, { dataset: DATASET, ...limits })).toMatchObject({ found: true, totalPrice: 10 })
    for (const [field, needed] of Object.entries(limits)) {
      const answer = await matchOf(orders, { dataset: DATASET, ...limits, [field]: needed - 1 })

      expect(answer.found).toBe(false)
      expect(changesOf(answer)).toEqual([[[field, expect.stringMatching(/PriceTooHigh$/u), needed]]])
    }
  })

  test('has a pool owner who can stake for it', async () => {
    const owner = OWNERS[POOLS[0]] ?? POOLS[0]
    const orders = [app(), pool(10n), pool(20n, { workerpool: POOLS[1] })]

    expect(await matchOf(orders, {}, { [owner]: 2n })).toMatchObject({ found: true, totalPrice: 20 })
    expect(await matchOf(orders, {}, { [owner]: 3n })).toMatchObject({ found: true, totalPrice: 10 })
    expect(await matchOf([app(), pool(10n)], {}, { [owner]: 2n })).toMatchObject({
      found: false,
      missing: [{ changes: [{ field: 'workerpool', reason: 'InsufficientStake' }], orders: { taskPrice: 10 } }],
    })
  })
})

import { startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import { NO_TAG, encodeTag, type Order } from '@iexec/protocol'
import { toHex, type Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onBothEngines, openTestDatabase } from '../../test/database.ts'
import { appOrder, datasetOrder, workerpoolOrder } from '../../test/chain.ts'
import { accountRow, address } from '../../test/rows.ts'
import { toWide } from '../db/wide.ts'
import type { MatchAnswer, MatchWish } from '@iexec/wire'
import { findMatch } from './findMatch.ts'
import { MAX_SETS } from './fill.ts'
import { MAX_QUESTIONS } from './judge.ts'
import {
  APP,
  DATASET,
  OWNERS,
  POOLS,
  REQUESTER,
  STRANGER,
  fillBook,
  groupCode,
  hashOf,
  marketOf,
  type Shelf,
} from './testBook.ts'

type Sold = Order<'app' | 'dataset' | 'workerpool'>

const WISH: MatchWish = { app: APP, category: 0, tag: NO_TAG, trust: 1, volume: 1, requester: REQUESTER }
const CLUB = address(0xc1b, 'c')

let anvil: Anvil

beforeAll(async () => {
  anvil = await startAnvil()
  await anvil.client(0).setCode({ address: CLUB, bytecode: groupCode([REQUESTER, APP, DATASET, POOLS[0]]) })
})
afterAll(async () => anvil.stop())

const app = (fields: Partial<Order<'app'>> = {}): Order<'app'> => appOrder({ app: APP, volume: 10n, ...fields })
const dataset = (fields: Partial<Order<'dataset'>> = {}): Order<'dataset'> =>
  datasetOrder({ dataset: DATASET, volume: 10n, ...fields })
const pool = (price: bigint, fields: Partial<Order<'workerpool'>> = {}): Order<'workerpool'> =>
  workerpoolOrder({ workerpool: POOLS[0], workerpoolprice: price, volume: 10n, ...fields })

/** Each set in short: the hashes of its orders, its tasks and the price of one. */
function setsOf(answer: MatchAnswer): readonly (readonly unknown[])[] {
  if (!answer.found) return []
  return answer.matches.map(({ apporder, datasetorder, workerpoolorder, volume, taskPrice }) => [
    ...[apporder, datasetorder, workerpoolorder].flatMap((item) => (item === null ? [] : [item.orderHash])),
    volume,
    taskPrice,
  ])
}

/** Each suggestion in short: the fields that would change, why, and to what. */
function changesOf({ missing }: MatchAnswer): readonly unknown[] {
  return missing.map(({ changes }) => changes.map(({ field, reason, needed }) => [field, reason, needed]))
}

onBothEngines('a match', (engine) => {
  const matchOf = async (
    orders: readonly Sold[],
    wish: Partial<MatchWish> = {},
    stakes: Shelf['stakes'] = {},
  ): Promise<MatchAnswer> => {
    const database = await openTestDatabase(engine)
    await fillBook(database, { orders, stakes })
    return findMatch(marketOf(database, anvil.client(0)), { ...WISH, ...wish })
  }

  test('is the cheapest app order with the cheapest workerpool order', async () => {
    const [dear, cheap, dearPool, cheapPool] = [app({ appprice: 3n }), app({ appprice: 2n }), pool(8n), pool(7n)]

    const answer = await matchOf([dear, cheap, dearPool, cheapPool], {}, { [REQUESTER]: 5n })

    expect(setsOf(answer)).toEqual([[hashOf(cheap), hashOf(cheapPool), 1, 9]])
    expect(answer).toMatchObject({
      found: true,
      volume: 1,
      totalPrice: 9,
      requesterStake: { free: 5, needed: 9, missing: 4 },
      missing: [],
      isComplete: true,
      matches: [{ apporder: { chainId: 134, remaining: 10, order: { appprice: 2 } }, datasetorder: null }],
    })
  })

  test('has a dataset order when the wish has a dataset', async () => {
    const [anApp, data, aPool] = [app({ appprice: 1n }), dataset({ datasetprice: 2n }), pool(4n)]

    const answer = await matchOf([anApp, data, aPool], { dataset: DATASET })

    expect(setsOf(answer)).toEqual([[hashOf(anApp), hashOf(data), hashOf(aPool), 1, 7]])
  })

  test('weighs all sides together: a dearer app order may let in a cheaper workerpool', async () => {
    const narrow = app({ appprice: 1n, workerpoolrestrict: POOLS[1] })
    const wide = app({ appprice: 3n })
    const [cheap, dear] = [pool(2n), pool(9n, { workerpool: POOLS[1] })]

    const answer = await matchOf([narrow, wide, cheap, dear])

    expect(setsOf(answer)).toEqual([[hashOf(wide), hashOf(cheap), 1, 5]])
  })

  test('of equal price is the one with the most tasks left', async () => {
    const [small, large] = [pool(5n, { volume: 2n }), pool(5n, { volume: 9n })]
    const anApp = app()

    const answer = await matchOf([anApp, small, large], { volume: 5 })

    expect(setsOf(answer)).toEqual([[hashOf(anApp), hashOf(large), 5, 5]])
  })

  const restricted: readonly (readonly [string, (by: Address) => readonly Sold[], Address])[] = [
    ['an app order, a dataset', (by) => [app({ datasetrestrict: by }), dataset(), pool(1n)], DATASET],
    ['an app order, a workerpool', (by) => [app({ workerpoolrestrict: by }), dataset(), pool(1n)], POOLS[0]],
    ['an app order, a requester', (by) => [app({ requesterrestrict: by }), dataset(), pool(1n)], REQUESTER],
    ['a dataset order, an app', (by) => [app(), dataset({ apprestrict: by }), pool(1n)], APP],
    ['a dataset order, a workerpool', (by) => [app(), dataset({ workerpoolrestrict: by }), pool(1n)], POOLS[0]],
    ['a dataset order, a requester', (by) => [app(), dataset({ requesterrestrict: by }), pool(1n)], REQUESTER],
    ['a workerpool order, an app', (by) => [app(), dataset(), pool(1n, { apprestrict: by })], APP],
    ['a workerpool order, a dataset', (by) => [app(), dataset(), pool(1n, { datasetrestrict: by })], DATASET],
    ['a workerpool order, a requester', (by) => [app(), dataset(), pool(1n, { requesterrestrict: by })], REQUESTER],
  ]
  for (const [name, ordersFor, allowed] of restricted) {
    test(`respects whom ${name} is restricted to: itself and groups with it, nobody else`, async () => {
      const wish = { dataset: DATASET }

      const itself = await matchOf(ordersFor(allowed), wish)
      const member = await matchOf(ordersFor(CLUB), wish)
      const stranger = await matchOf(ordersFor(STRANGER), wish)
      const otherAsset = await matchOf(ordersFor(POOLS[2]), wish)

      expect([itself.found, member.found, stranger.found, otherAsset.found]).toEqual([true, true, false, false])
      expect(stranger.missing[0]?.changes).toHaveLength(1)
      expect(stranger.missing[0]?.changes[0]).toMatchObject({
        reason: expect.stringMatching(/^(App|Dataset|Workerpool|Requester)RefusedBy/u),
      })
    })
  }

  test('without a dataset has no order that wants a certain one', async () => {
    const answer = await matchOf([
      app({ datasetrestrict: DATASET }),
      app({ appprice: 5n }),
      pool(1n),
      pool(0n, { datasetrestrict: DATASET }),
    ])

    expect(answer).toMatchObject({ found: true, totalPrice: 6 })
  })

  test('without a requester has only orders that are open to every requester', async () => {
    const answer = await matchOf([app(), pool(1n, { requesterrestrict: REQUESTER }), pool(2n)], {
      requester: undefined,
    })
    const none = await matchOf([app(), pool(1n, { requesterrestrict: REQUESTER })], { requester: undefined })

    expect(answer).toMatchObject({ found: true, totalPrice: 2, requesterStake: null })
    expect(none).toMatchObject({
      found: false,
      missing: [{ changes: [{ field: 'requester', reason: 'RequesterRefusedByWorkerpool' }] }],
    })
    expect(none.missing[0]?.changes[0]?.sentence).toContain('and the wish names none')
  })

  test('has the workerpool that the wish names, or one of the group that it names', async () => {
    const orders = [app(), pool(1n, { workerpool: POOLS[1] }), pool(5n)]

    expect(await matchOf(orders, { workerpool: POOLS[0] })).toMatchObject({ found: true, totalPrice: 5 })
    expect(await matchOf(orders, { workerpool: CLUB })).toMatchObject({ found: true, totalPrice: 5 })
    expect(changesOf(await matchOf(orders, { workerpool: POOLS[2] }))[0]).toEqual([
      ['workerpool', 'WorkerpoolRefusedByRequest', expect.stringMatching(new RegExp(POOLS[1], 'iu'))],
    ])
  })

  test('asks only so many groups, and says that it is not complete', async () => {
    const strangers = Array.from({ length: MAX_QUESTIONS + 4 }, (_, n) =>
      pool(BigInt(n), { requesterrestrict: address(n, 'c') }),
    )

    const answer = await matchOf([app(), ...strangers, pool(100n)])

    expect(answer).toMatchObject({ found: true, totalPrice: 100, isComplete: false })
  })

  test('is not complete when the chain does not answer for a group', async () => {
    const database = await openTestDatabase(engine)
    await fillBook(database, { orders: [app(), pool(1n, { requesterrestrict: CLUB }), pool(2n)] })

    const answer = await findMatch(marketOf(database), WISH)

    expect(answer).toMatchObject({ found: true, totalPrice: 2, isComplete: false })
  })

  test('has enough trust, and the category', async () => {
    const orders = [app(), pool(1n, { trust: 4n }), pool(2n, { trust: 5n }), pool(1n, { category: 3n, trust: 9n })]

    expect(await matchOf(orders, { trust: 5 })).toMatchObject({ found: true, totalPrice: 2 })
    expect(changesOf(await matchOf(orders, { trust: 6 }))).toEqual([
      [['category', 'CategoryMismatch', 3]],
      [['trust', 'TrustTooLow', 5]],
    ])
    expect(changesOf(await matchOf(orders, { category: 9 }))).toContainEqual([
      ['category', 'CategoryMismatch', 0],
      ['category', 'UnknownCategory', null],
    ])
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

  test('skips thousands of orders without stake', async () => {
    const owner = OWNERS[POOLS[0]] ?? POOLS[0]
    const poor = Array.from({ length: 100 }, (_, n) => pool(10n + BigInt(n)))
    const aPool = pool(500n, { workerpool: POOLS[1] })

    expect(await matchOf([app(), ...poor, aPool], {}, { [owner]: 2n })).toMatchObject({
      found: true,
      totalPrice: 500,
      isComplete: true,
    })
  })

  test('of many tasks is spread over the cheapest sets, each for as many as it has', async () => {
    const [first, second] = [app({ appprice: 1n, volume: 4n }), app({ appprice: 2n, volume: 100n })]
    const [cheap, dear] = [pool(5n, { volume: 6n }), pool(7n, { volume: 3n })]

    const answer = await matchOf([first, second, cheap, dear], { volume: 10 })

    expect(setsOf(answer)).toEqual([
      [hashOf(first), hashOf(cheap), 4, 6],
      [hashOf(second), hashOf(cheap), 2, 7],
      [hashOf(second), hashOf(dear), 3, 9],
    ])
    expect(answer).toMatchObject({ volume: 9, totalPrice: 65, missing: [{ orders: null }] })
  })

  test('counts a stake once, over all sets of its owner', async () => {
    const owner = OWNERS[POOLS[0]] ?? POOLS[0]

    const answer = await matchOf(
      [app(), pool(10n, { volume: 2n }), pool(10n, { volume: 2n })],
      { volume: 4 },
      { [owner]: 9n },
    )

    expect(answer).toMatchObject({
      found: true,
      volume: 3,
      totalPrice: 30,
      missing: [{ changes: [{ reason: 'InsufficientStake' }] }],
    })
  })

  test('tells a requester who owns the workerpool to deposit for both', async () => {
    const requester = OWNERS[POOLS[0]] ?? POOLS[0]

    const answer = await matchOf([app(), pool(10n)], { requester }, { [requester]: 4n })

    expect(answer).toMatchObject({ found: true, requesterStake: { free: 4, needed: 13, missing: 9 } })
  })

  test('has nothing that the chain has consumed, closed or sold', async () => {
    const [closed, used, aPool, foreign] = [
      app(),
      app({ appprice: 1n, volume: 3n }),
      pool(5n),
      pool(1n, { workerpool: POOLS[1] }),
    ]
    const database = await openTestDatabase(engine)
    await fillBook(database, { orders: [closed, used, aPool, foreign] })
    const order = { asset: null, presigned: 0, presigned_by: null, broadcast: null, price: null, block: 1 }
    await database.write(async (writer) => {
      await writer
        .insertInto('chain_order')
        .values([
          { ...order, hash: hashOf(closed), kind: 'app', consumed: toWide(0n), closed: 1 },
          { ...order, hash: hashOf(used), kind: 'app', consumed: toWide(1n), closed: 0 },
        ])
        .execute()
      await writer.updateTable('asset').set({ owner: STRANGER }).where('address', '=', POOLS[1]).execute()
      await writer
        .insertInto('account')
        .values(accountRow({ address: STRANGER, stake: toWide(100n) }))
        .execute()
    })

    const answer = await findMatch(marketOf(database), { ...WISH, volume: 3 })

    expect(setsOf(answer)).toEqual([[hashOf(used), hashOf(aPool), 2, 6]])
  })

  test('that needs several changes is told with all of them', async () => {
    const answer = await matchOf([app({ appprice: 3n }), pool(5n, { trust: 2n })], { trust: 7, appmaxprice: 1 })

    expect(changesOf(answer)).toEqual([
      [
        ['trust', 'TrustTooLow', 2],
        ['appmaxprice', 'AppPriceTooHigh', 3],
      ],
    ])
    expect(answer.missing[0]?.changes.map(({ sentence }) => sentence)).toEqual([
      'the request wants trust 7, the workerpool offers at most 2',
      'the app asks 3 nRLC, the request pays at most 1',
    ])
  })

  test('with whom nobody trades says who is missing', async () => {
    expect(changesOf(await matchOf([pool(1n)], { dataset: DATASET }))).toEqual([
      [
        ['app', 'NoAppOrder', null],
        ['dataset', 'NoDatasetOrder', null],
      ],
    ])
    expect(changesOf(await matchOf([app()]))).toEqual([[['category', 'NoWorkerpoolOrder', null]]])
  })

  test('of more sets than an answer has says so, and not that nobody sells', async () => {
    const pools = Array.from({ length: MAX_SETS + 10 }, (_, n) =>
      pool(5n, { volume: 1n, salt: toHex(n, { size: 32 }) }),
    )

    const answer = await matchOf([app({ volume: 1000n }), ...pools], { volume: 60 })

    expect(answer).toMatchObject({ found: true, volume: MAX_SETS, isComplete: false })
    expect(changesOf(answer)).toEqual([[['volume', 'TooManySets', MAX_SETS]]])
  })

  test('has workerpool orders of trust 0 for a wish of trust 0, and not for one of trust 1: the hub takes neither more nor less', async () => {
    const orders = [app(), pool(5n, { trust: 0n })]

    expect(await matchOf(orders, { trust: 0 })).toMatchObject({ found: true, totalPrice: 5 })
    expect(changesOf(await matchOf(orders, { trust: 1 }))).toEqual([[['trust', 'TrustTooLow', 0]]])
  })

  test('finds the app order with TEE behind hundreds of cheaper ones without', async () => {
    const tee = encodeTag('tee')
    const plain = Array.from({ length: 201 }, (_, n) => app({ salt: toHex(n, { size: 32 }) }))
    const orders = [...plain, app({ tag: tee, appprice: 3n }), pool(5n, { tag: tee })]

    expect(await matchOf(orders, { tag: tee })).toMatchObject({ found: true, totalPrice: 8, isComplete: true })
    expect(await matchOf([...orders, dataset({ tag: tee })], { dataset: DATASET })).toMatchObject({
      found: true,
      totalPrice: 8,
      isComplete: false,
    })
  })

  test('finds the app order whose demands are met behind hundreds of cheaper ones whose are not', async () => {
    const demanding = Array.from({ length: 201 }, (_, n) =>
      app({ tag: encodeTag('gpu'), salt: toHex(n, { size: 32 }) }),
    )

    const answer = await matchOf([...demanding, app({ appprice: 3n }), pool(5n)])

    expect(answer).toMatchObject({ found: true, totalPrice: 8, isComplete: true })
  })

  test('finds the open app order behind many kinds of cheaper ones for others, and says that it looked at no more', async () => {
    const others = Array.from({ length: 70 }, (_, n) => app({ requesterrestrict: address(n, 'c') }))

    const answer = await matchOf([...others, app({ appprice: 100n }), pool(5n)])

    expect(answer).toMatchObject({ found: true, totalPrice: 105, isComplete: false })
  })

  test('that needs another workerpool and something else is not told that nobody sells', async () => {
    const answer = await matchOf([app(), pool(5n, { trust: 2n })], { workerpool: POOLS[1], trust: 7 })

    expect(changesOf(answer)[0]).toHaveLength(2)
  })
})

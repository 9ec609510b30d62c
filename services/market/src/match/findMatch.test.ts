// A match: the cheapest orders that fit, all sides weighed together, over as many sets as the tasks need.
import { toWide } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { accountRow } from '../../test/rows.ts'
import { findMatch } from './findMatch.ts'
import { DATASET, OWNERS, POOLS, REQUESTER, STRANGER, fillBook, hashOf, marketOf } from './testBook.ts'
import { WISH, app, dataset, matchesIn, pool, setsOf } from './testMatch.ts'

onBothEngines('a match', (engine) => {
  const matchOf = matchesIn(engine)

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
    const order = { asset: null, presigned: 0, broadcast: null, price: null, block: 1 }
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
})

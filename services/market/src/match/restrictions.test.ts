// Whom orders let in: nobody in particular, an asset or account, or the members of a group.
import { startAnvil, type Anvil } from '@iexec/chain/test/anvil'
import { onBothEngines } from '@iexec/service/test/database'
import { type Address } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { address } from '../../test/rows.ts'
import { findMatch } from './findMatch.ts'
import { MAX_QUESTIONS } from './judge.ts'
import { APP, DATASET, POOLS, REQUESTER, STRANGER, fillBook, groupCode, marketOf } from './testBook.ts'
import { WISH, app, changesOf, dataset, pool, matchesIn, type Sold } from './testMatch.ts'

const CLUB = address(0xc1b, 'c')

let anvil: Anvil

beforeAll(async () => {
  anvil = await startAnvil()
  await anvil.client(0).setCode({ address: CLUB, bytecode: groupCode([REQUESTER, APP, DATASET, POOLS[0]]) })
})
afterAll(async () => anvil.stop())

onBothEngines('a match', (engine) => {
  const matchOf = matchesIn(engine, () => anvil.client(0))

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
})

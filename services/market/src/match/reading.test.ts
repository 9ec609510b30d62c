// How far a match reads: on behind orders that do not fit, and no further than it has to.
import { NO_ADDRESS, NO_TAG, encodeTag } from '@iexec/protocol'
import type { MatchWish } from '@iexec/wire'
import type { Engine } from '@iexec/service'
import { onBothEngines } from '@iexec/service/test/database'
import { toHex } from 'viem'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { address } from '../../test/rows.ts'
import { findMatch } from './findMatch.ts'
import { MAX_OFFERS } from './offers.ts'
import { DATASET, OWNERS, POOLS, REQUESTER, fillBook, marketOf } from './testBook.ts'
import { WISH, app, dataset, matchesIn, pool, type Sold } from './testMatch.ts'

onBothEngines('a match', (engine) => {
  const matchOf = matchesIn(engine)

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

  test('finds the app order with TEE behind hundreds of cheaper ones without', async () => {
    const tee = encodeTag('tee')
    const plain = Array.from({ length: 201 }, (_, n) => app({ salt: toHex(n, { size: 32 }) }))
    const orders = [...plain, app({ tag: tee, appprice: 3n }), pool(5n, { tag: tee })]

    expect(await matchOf(orders, { tag: tee })).toMatchObject({ found: true, totalPrice: 8, isComplete: true })
    expect(await matchOf([...orders, dataset({ tag: tee })], { dataset: DATASET })).toMatchObject({
      found: true,
      totalPrice: 8,
      isComplete: true,
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

  test('is complete as soon as no order that was not read can be cheaper', async () => {
    const apps = Array.from({ length: MAX_OFFERS / 2 }, (_, n) => app({ appprice: BigInt(n) }))

    const answer = await matchOf([...apps, pool(5n)])

    expect(answer).toMatchObject({ found: true, totalPrice: 5, isComplete: true })
  })

  const wishes: readonly (readonly [string, Partial<MatchWish>])[] = [
    ['nothing in particular', {}],
    ['a dataset', { dataset: DATASET }],
    ['no requester', { requester: undefined }],
    ['a tag', { tag: encodeTag('gpu') }],
    ['a workerpool', { workerpool: POOLS[1] }],
    ['a price', { maxprice: 40 }],
    ['many tasks', { volume: 25 }],
    ['more trust than there is', { trust: 50 }],
    ['a price that nobody asks', { maxprice: 3 }],
  ]
  test.each(wishes)('for %s asks and reads as little in a large book as in a small one', async (_, wish) => {
    const [small, large] = [await workFor(engine, 40, wish), await workFor(engine, 400, wish)]

    expect(large.statements).toBeLessThanOrEqual(small.statements + 2)
    expect(large.rows).toBeLessThanOrEqual(small.rows + 40)
    expect(large.statements).toBeLessThan(50)
    expect(large.rows).toBeLessThan(300)
  })
})

/** What a wish costs in a book with so many orders of each kind: the statements, and the rows that they answer. */
async function workFor(
  engine: Engine,
  count: number,
  wish: Partial<MatchWish>,
): Promise<{ readonly statements: number; readonly rows: number }> {
  const price = (n: number): bigint => 3n + BigInt((n * 7919) % count)
  const orders = Array.from({ length: count }, (_, n): readonly Sold[] => [
    app({ appprice: price(n), requesterrestrict: n % 4 === 0 ? REQUESTER : NO_ADDRESS }),
    dataset({ datasetprice: price(n + 1) }),
    pool(price(n + 2), {
      workerpool: POOLS[n % 2 === 0 ? 0 : 1],
      trust: 5n,
      tag: n % 8 < 2 ? encodeTag('gpu') : NO_TAG,
    }),
  ]).flat()
  const database = await openTestDatabase(engine)
  await fillBook(database, { orders })
  const done = { statements: 0, rows: 0 }
  const read = database.read.withPlugin({
    transformQuery: ({ node }) => {
      done.statements += 1
      return node
    },
    transformResult: async ({ result }) => {
      done.rows += result.rows.length
      return Promise.resolve(result)
    },
  })
  await findMatch({ ...marketOf(database), read }, { ...WISH, ...wish })
  return done
}

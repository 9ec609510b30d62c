// What is said when a wish cannot be met, or not in full.
import { NO_ADDRESS } from '@iexec/protocol'
import { onBothEngines } from '@iexec/service/test/database'
import { toHex } from 'viem'
import { expect, test } from 'vitest'
import { MAX_SETS } from './fill.ts'
import { DATASET, POOLS } from './testBook.ts'
import { app, changesOf, pool, matchesIn } from './testMatch.ts'

onBothEngines('a match', (engine) => {
  const matchOf = matchesIn(engine)

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

  test('in a category that the hub does not have is told that once, with the category of the orders that fit', async () => {
    const none = 'there is no category 99; the hub has 5: 0 to 4'

    const [known, nobody] = [
      await matchOf([app(), pool(5n, { category: 2n })], { category: 99 }),
      await matchOf([app()], { category: 99 }),
    ]

    expect(changesOf(known)).toEqual([[['category', 'UnknownCategory', 2]]])
    expect(changesOf(nobody)).toEqual([[['category', 'UnknownCategory', null]]])
    const sentences = [known, nobody].map(({ missing }) => missing[0]?.changes[0]?.sentence)
    expect(sentences).toEqual([none, none])
  })

  test('in a category where nobody sells hears what else would have to change in the others, the nearest first', async () => {
    const dear = [app({ appprice: 3n }), pool(5n, { category: 1n, trust: 5n }), pool(4n, { category: 2n, trust: 2n })]

    const answer = await matchOf(dear, { maxprice: 6, trust: 5 })

    expect(changesOf(answer)).toEqual([
      [
        ['category', 'CategoryMismatch', 1],
        ['maxprice', 'TotalPriceTooHigh', 8],
      ],
      [
        ['category', 'CategoryMismatch', 2],
        ['trust', 'TrustTooLow', 2],
        ['maxprice', 'TotalPriceTooHigh', 7],
      ],
    ])
  })

  test('of more sets than an answer has says so, and not that nobody sells', async () => {
    const pools = Array.from({ length: MAX_SETS + 10 }, (_, n) =>
      pool(5n, { volume: 1n, salt: toHex(n, { size: 32 }) }),
    )

    const answer = await matchOf([app({ volume: 1000n }), ...pools], { volume: 60 })

    expect(answer).toMatchObject({ found: true, volume: MAX_SETS, isComplete: false })
    expect(changesOf(answer)).toEqual([[['volume', 'TooManySets', MAX_SETS]]])
  })

  test('that needs another workerpool and something else is not told that nobody sells', async () => {
    const answer = await matchOf([app(), pool(5n, { trust: 2n })], { workerpool: POOLS[1], trust: 7 })

    expect(changesOf(answer)[0]).toHaveLength(2)
  })

  test('names no dataset as missing when the wish has none, in whatever words', async () => {
    const answer = await matchOf([app(), pool(5n)], { dataset: NO_ADDRESS, maxprice: 4 })

    expect(changesOf(answer)).toEqual([[['maxprice', 'TotalPriceTooHigh', 5]]])
  })
})

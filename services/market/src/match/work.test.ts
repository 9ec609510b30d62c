// How the work for one wish is bounded: by counts and a clock that the tests set.
import { NO_TAG, type Order } from '@iexec/protocol'
import { onBothEngines } from '@iexec/service/test/database'
import { appOrder, datasetOrder, workerpoolOrder } from '@iexec/service/test/chain'
import { toHex, type Hex } from 'viem'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/database.ts'
import { findMatch } from './findMatch.ts'
import { APP, DATASET, POOLS, REQUESTER, fillBook, marketOf } from './testBook.ts'
import { LOOKS_PER_QUESTION, MAX_LOOKS, MAX_WORK_MS, beginWork } from './work.ts'

test('work ends after so many looks', async () => {
  const work = beginWork(() => 0)

  expect([await work.go(MAX_LOOKS), work.isCut()]).toEqual([true, false])
  expect([await work.go(1), work.isCut()]).toEqual([false, true])
})

test('work ends after its time, and the time of others does not count', async () => {
  let time = 0
  const others = async (): Promise<void> => {
    await Promise.resolve()
    time += 1000
  }
  const work = beginWork(() => time, others)

  await work.rest(others())
  await work.go(LOOKS_PER_QUESTION)
  time += MAX_WORK_MS

  expect(await work.go(1)).toBe(true)
  time += 1
  expect([await work.go(1), work.isCut()]).toEqual([false, true])
})

test('work lets others go first after each question', async () => {
  let turns = 0
  const work = beginWork(
    () => 0,
    async () => {
      await Promise.resolve()
      turns += 1
    },
  )

  for (let n = 0; n < 5; n += 1) await work.go(LOOKS_PER_QUESTION)

  expect(turns).toBe(5)
})

const bit = (n: number): Hex => toHex(1n << BigInt(n), { size: 32 })
const salted = (n: number): { readonly salt: Hex } => ({ salt: toHex(n, { size: 32 }) })
const each = (
  count: number,
  order: (n: number) => Order<'app' | 'dataset' | 'workerpool'>,
): readonly Order<'app' | 'dataset' | 'workerpool'>[] => Array.from({ length: count }, (_, n) => order(n))

onBothEngines('the work for a match', (engine) => {
  const wish = { app: APP, dataset: DATASET, category: 0, tag: NO_TAG, trust: 0, volume: 1, requester: REQUESTER }

  test('is small when thousands of pairs ask for bits that no workerpool offers', async () => {
    const database = await openTestDatabase(engine)
    await fillBook(database, {
      orders: [
        ...each(50, (n) => appOrder({ app: APP, volume: 10n, tag: bit(60 + n), ...salted(n) })),
        ...each(50, (n) => datasetOrder({ dataset: DATASET, volume: 10n, tag: bit(120 + n), ...salted(n) })),
        workerpoolOrder({ workerpool: POOLS[0], workerpoolprice: 5n, volume: 10n }),
      ],
    })

    const answer = await findMatch(marketOf(database), wish)

    expect(answer).toMatchObject({ found: false, isComplete: true })
    expect(answer.missing[0]?.changes[0]).toMatchObject({ field: 'tag', reason: 'WorkerpoolLacksTag' })
  })

  test('ends with the time it has, says so, and claims nothing that it has not seen', async () => {
    const database = await openTestDatabase(engine)
    await fillBook(database, {
      orders: [appOrder({ app: APP, volume: 10n }), workerpoolOrder({ workerpool: POOLS[0], volume: 10n })],
    })
    let time = 0
    const now = (): number => (time += MAX_WORK_MS)

    const answer = await findMatch({ ...marketOf(database), now }, { ...wish, dataset: undefined })

    expect(answer).toEqual({ found: false, missing: [], isComplete: false })
  })
})

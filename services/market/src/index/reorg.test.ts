import { onBothEngines } from '@iexec/service/test/database'
import {
  changePolicy,
  createApp,
  deposit,
  headOf,
  manageOrder,
  match,
  type Person,
  RLC,
  rollBack,
  rollBackTo,
  startChainWithMarket,
  type TestChain,
  transferAsset,
  withdraw,
} from '@iexec/service/test/chain'
import type { Address } from 'viem'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { compareWithChain } from '../../test/chainCompare.ts'
import { digestsOfReplay, startIndex } from '../../test/chainIndex.ts'
import { bagOfTasks, furnish, ordersFor, type Furniture } from '../../test/chainStory.ts'
import { openTestDatabase } from '../../test/database.ts'
import { digestTables } from './digest.ts'

let chain: TestChain
let furniture: Furniture
/** An app that no deal needs, so that it may change hands. */
let spare: Address
let start: `0x${string}`

beforeAll(async () => {
  chain = await startChainWithMarket()
  furniture = await furnish(chain)
  spare = await createApp(chain)
})

afterAll(async () => {
  await chain.stop()
})

beforeEach(async () => {
  start = await chain.market.owner.snapshot()
  return async () => {
    await chain.market.owner.revert({ id: start })
  }
})

/** Hands the spare app over; back first, when it is there already. */
async function handOver(from: Person, to: Person): Promise<void> {
  const back = { asset: spare, from: to, to: from }
  await transferAsset(chain, 'app', { asset: spare, from, to }).catch(async () => transferAsset(chain, 'app', back))
}

/** Things that take one block each. */
function happenings(round: number): readonly (() => Promise<unknown>)[] {
  const orders = ordersFor(chain, furniture, { volume: 2n })
  const { workerpool } = furniture
  return [
    async () => match(chain, orders),
    async () => manageOrder(chain, 'close', { order: ordersFor(chain, furniture).app }),
    async () => handOver('appOwner', 'stranger'),
    async () => handOver('stranger', 'appOwner'),
    async () => match(chain, ordersFor(chain, furniture, { withDataset: true })),
    async () => withdraw(chain, 'scheduler', RLC),
    async () => deposit(chain, 'stranger', BigInt(round + 1) * RLC),
    async () => changePolicy(chain, workerpool, { stakeRatio: BigInt(round), rewardRatio: 3n }),
    async () => manageOrder(chain, 'sign', { order: ordersFor(chain, furniture).request }),
    async () => match(chain, ordersFor(chain, furniture, { sponsored: true })),
    async () => deposit(chain, 'worker1', RLC),
    async () => withdraw(chain, 'worker1', RLC),
  ]
}

onBothEngines('a reorganisation', (engine) => {
  // What each depth undoes is the same on both: on PostgreSQL the bounds and some between are enough.
  const depths = engine === 'sqlite' ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] : [1, 2, 4, 8, 12]

  test(
    'of any depth from 1 to 12 leaves what a fresh replay of the new chain finds',
    { timeout: 240_000 },
    async () => {
      const database = await openTestDatabase(engine)
      const index = await startIndex(chain, database)

      for (const depth of depths) {
        const from = await headOf(chain)
        for (const happen of happenings(depth).slice(-depth)) await happen()
        await index.caughtUp()
        await rollBackTo(chain, from)
        for (const happen of happenings(depth + 100).slice(0, Math.max(1, depth - 2))) await happen()
        await index.caughtUp()

        const fresh = await openTestDatabase(engine)
        expect(await digestTables(database.read)).toEqual(await digestsOfReplay(chain, fresh))
      }
      const { rows, chain: said } = await compareWithChain(database.read, chain)
      expect(rows).toEqual(said)
      await index.stop()
    },
  )

  test('may give the same deal other terms', async () => {
    const database = await openTestDatabase(engine)
    const index = await startIndex(chain, database)
    const orders = ordersFor(chain, furniture)
    const first = await match(chain, orders)
    await index.caughtUp()
    await rollBack(chain, 1)

    const again = await match(chain, { ...orders, app: { ...orders.app, appprice: RLC } })
    await index.caughtUp()

    expect(again).toBe(first)
    const { rows, chain: said } = await compareWithChain(database.read, chain)
    expect(rows).toEqual(said)
    await index.stop()
  })

  test('to a chain that is shorter than the old one is noticed at once', async () => {
    const database = await openTestDatabase(engine)
    const index = await startIndex(chain, database)
    await bagOfTasks(chain, furniture)
    await index.caughtUp()

    await rollBack(chain, 6)
    await deposit(chain, 'stranger', RLC)
    await index.caughtUp()

    expect(await digestTables(database.read)).toEqual(await digestsOfReplay(chain, await openTestDatabase(engine)))
    await index.stop()
  })

  test('deeper than what can be undone begins anew by itself, and loses nothing', { timeout: 120_000 }, async () => {
    const database = await openTestDatabase(engine)
    const index = await startIndex(chain, database, { undoDepth: 5 })
    for (let block = 0; block < 12; block += 1) {
      await deposit(chain, 'stranger', RLC)
      await index.caughtUp()
    }

    await rollBack(chain, 12)
    for (let block = 0; block < 14; block += 1) await deposit(chain, 'worker1', RLC)
    await index.caughtUp()
    await index.stop()

    expect(await digestTables(database.read)).toEqual(await digestsOfReplay(chain, await openTestDatabase(engine)))
  })
})

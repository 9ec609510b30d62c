import { asDealId, taskId, type DealId } from '@iexec/protocol'
import { onBothEngines } from '@iexec/service/test/database'
import { deposit, initialize, match, rollBack, startChainWithMarket, type TestChain } from '@iexec/service/test/chain'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startIndex } from '../../test/chainIndex.ts'
import { furnish, ordersFor, type Furniture } from '../../test/chainStory.ts'
import { openTestDatabase } from '../../test/database.ts'
import type { Database } from '../db/database.ts'
import { createGraphql } from '../graphql/graphql.ts'
import { digestTables } from '../index/digest.ts'
import type { Bus } from '../live/bus.ts'
import { followBulks } from './followBulks.ts'
import { openGateway } from './gateway.ts'
import { cidOf, sliceOrder, startTestGateway } from './testGateway.ts'

const PATIENCE = { timeout: 10_000 }

let chain: TestChain
let furniture: Furniture

beforeAll(async () => {
  chain = await startChainWithMarket()
  furniture = await furnish(chain)
})

afterAll(async () => {
  await chain.stop()
})

/** Orders of a bulk deal: without a dataset, with a file in the params. */
function bulkOrders(cid: string, volume: bigint): ReturnType<typeof ordersFor> {
  const orders = ordersFor(chain, furniture, { volume: 3n })
  const request = { ...orders.request, params: JSON.stringify({ iexec_args: 'x', bulk_cid: cid }) }
  return { ...orders, app: { ...orders.app, volume }, request }
}

/** Follows until the test has finished; whatever went wrong in between is in the answer. */
function follow(database: Database, bus: Bus, url: string | undefined) {
  const ended = new AbortController()
  const errors: unknown[] = []
  const gateway = url === undefined ? undefined : openGateway(url)
  const onError = (error: unknown): unknown => errors.push(error)
  const options = { read: database.read, bus, gateway, quotaBytes: 1e9, now: Date.now, onError }
  const running = followBulks(options, ended.signal)
  const stop = async (): Promise<readonly unknown[]> => {
    ended.abort()
    await running
    return errors
  }
  onTestFinished(async () => void (await stop()))
  return stop
}

const graphql = createGraphql()
async function askOf(database: Database, deal: DealId): Promise<unknown> {
  const query = `{ deal(id: "${deal}") { bulk { hash slices { id task { id } datasets { id } } } } }`
  const { data } = await graphql({ query }, { reader: database.read })
  return (JSON.parse(JSON.stringify(data)) as { deal: { bulk: unknown } | null }).deal
}

onBothEngines('whoever follows the bulks of a chain', (engine) => {
  test('shows those of deals from before it began, and of new ones, as soon as their files are there', async () => {
    const database = await openTestDatabase(engine)
    const gateway = await startTestGateway()
    const slice = JSON.stringify([sliceOrder(furniture.dataset)])
    const cid = gateway.add(JSON.stringify([gateway.add(slice), cidOf(slice)]))
    const index = await startIndex(chain, database)
    const before = await match(chain, bulkOrders(cid, 1n))
    await index.caughtUp()

    const stop = follow(database, index.bus, gateway.url)
    const after = await match(chain, bulkOrders(cid, 2n))
    const task = await initialize(chain, after, 1n)
    await index.caughtUp()

    const shown = (deal: DealId, n: number, id: string | undefined) => ({
      id: `${deal}-${n}`,
      task: id === undefined ? null : { id },
      datasets: [{ id: furniture.dataset.toLowerCase() }],
    })
    const digests = await digestTables(database.read)
    await expect
      .poll(async () => askOf(database, before), PATIENCE)
      .toEqual({ bulk: { hash: cid, slices: [shown(before, 0, undefined)] } })
    await expect
      .poll(async () => askOf(database, after), PATIENCE)
      .toEqual({ bulk: { hash: cid, slices: [shown(after, 0, undefined), shown(after, 1, task)] } })
    expect(task).toBe(taskId(asDealId(after), 1n))
    expect(await digestTables(database.read)).toEqual(digests)
    expect(await stop()).toEqual([])
    await index.stop()
  })

  test('takes a bulk away with its deal, and fetches it anew when it is made again with more tasks', async () => {
    const database = await openTestDatabase(engine)
    const gateway = await startTestGateway()
    const slice = gateway.add(JSON.stringify([sliceOrder(furniture.dataset)]))
    const orders = bulkOrders(gateway.add(JSON.stringify([slice, slice, slice])), 1n)
    const index = await startIndex(chain, database)
    const stop = follow(database, index.bus, gateway.url)
    const countSlices = async (deal: DealId): Promise<number | undefined> =>
      ((await askOf(database, deal)) as { bulk: { slices: readonly unknown[] } | null } | null)?.bulk?.slices.length
    const first = await match(chain, orders)
    await expect.poll(async () => countSlices(first), PATIENCE).toBe(1)

    await rollBack(chain, 1)
    await deposit(chain, 'stranger', 1n)
    await expect.poll(async () => askOf(database, first), PATIENCE).toBeNull()
    const again = await match(chain, { ...orders, app: { ...orders.app, volume: 3n } })

    expect(again).toBe(first)
    await expect.poll(async () => countSlices(first), PATIENCE).toBe(3)
    expect(await stop()).toEqual([])
    await index.stop()
  })

  test('without a gateway only says which file a deal names', async () => {
    const database = await openTestDatabase(engine)
    const index = await startIndex(chain, database)
    const stop = follow(database, index.bus, undefined)

    const deal = await match(chain, bulkOrders(cidOf('[]'), 1n))

    await expect.poll(async () => askOf(database, deal), PATIENCE).toEqual({ bulk: { hash: cidOf('[]'), slices: [] } })
    expect(await stop()).toEqual([])
    await index.stop()
  })

  test('goes on when the database failed, and says what happened', async () => {
    const database = await openTestDatabase(engine)
    const gateway = await startTestGateway()
    const index = await startIndex(chain, database)
    const deal = await match(chain, bulkOrders(gateway.add('[]'), 1n))
    await index.caughtUp()
    let failures = 1
    const failing: Bus = {
      ...index.bus,
      write: async (work) => {
        failures -= 1
        if (failures >= 0) throw new Error('no space left')
        return index.bus.write(work)
      },
    }
    const stop = follow(database, failing, undefined)

    await expect.poll(async () => askOf(database, deal), PATIENCE).toMatchObject({ bulk: { slices: [] } })

    expect(await stop()).toEqual([new Error('no space left')])
    await index.stop()
  })
})

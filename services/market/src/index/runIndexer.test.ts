import { onBothEngines } from '@iexec/service/test/database'
import {
  deposit,
  headOf,
  hubCall,
  inOneBlock,
  RLC,
  startChainWithMarket,
  type TestChain,
} from '@iexec/service/test/chain'
import { custom, createClient, type Client } from 'viem'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { compareWithChain } from '../../test/chainCompare.ts'
import { clientOf, digestsOfReplay, startIndex } from '../../test/chainIndex.ts'
import { openTestDatabase } from '../../test/database.ts'
import { recheckBook, reopenBook } from '../book/index.ts'
import type { Database } from '../db/database.ts'
import { openBus, type Bus, type MarketMessage } from '../live/bus.ts'
import { digestTables } from './digest.ts'
import { claimDatabase } from './meta.ts'
import { openIndexer, type IndexerNews, type IndexerOptions } from './runIndexer.ts'

let chain: TestChain

/** Machines may be busy: a condition is waited for, not a time. */
const PATIENCE = { timeout: 30_000, interval: 20 }

beforeAll(async () => {
  chain = await startChainWithMarket()
})

afterAll(async () => {
  await chain.stop()
})

async function optionsFor(database: Database, bus: Bus): Promise<IndexerOptions> {
  await Promise.resolve()
  const { read } = database
  const book = { recheckBook, reopenBook }
  return { ...chain, client: clientOf(chain), read, bus, book, now: Date.now, pollingMs: 20 }
}

onBothEngines('an indexer', (engine) => {
  test('goes on where the last one stopped, and tells of each block', async () => {
    const database = await openTestDatabase(engine)
    const first = await startIndex(chain, database)
    await first.caughtUp()
    await first.stop()
    await deposit(chain, 'worker1', RLC)

    const second = await startIndex(chain, database)
    await second.caughtUp()
    const heard: MarketMessage[] = []
    second.bus.subscribe((message) => heard.push(message))
    await deposit(chain, 'worker1', RLC)
    await second.caughtUp()
    await vi.waitFor(() => {
      expect(heard).toContainEqual({ type: 'block_indexed', block: second.indexer.status().indexed })
    }, PATIENCE)

    expect(second.indexer.status()).toMatchObject({ state: 'live', reason: undefined, indexed: await headOf(chain) })
    expect(await digestTables(database.read)).toEqual(await digestsOfReplay(chain, await openTestDatabase(engine)))
    await second.stop()
  })

  test('is not live before its tables have reached the head', async () => {
    for (let block = 0; block < 5; block += 1) await deposit(chain, 'worker1', RLC)
    const head = await headOf(chain)
    const index = await startIndex(chain, await openTestDatabase(engine))
    const early: number[] = []
    index.bus.subscribe((message) => {
      const { state, indexed = 0 } = index.indexer.status()
      const reached = message.type === 'block_indexed' ? Math.max(message.block, indexed) : indexed
      if (state === 'live' && reached < head - 2) early.push(reached)
    })

    await index.caughtUp()
    await vi.waitFor(() => {
      expect(index.indexer.status()).toMatchObject({ state: 'live', indexed: head })
    }, PATIENCE)

    expect(early).toEqual([])
    await index.stop()
  })

  test('refuses the database of another market', async () => {
    const database = await openTestDatabase(engine)
    const bus = await openBus(database)
    const options = await optionsFor(database, bus)
    const ended = new AbortController()
    const running = openIndexer(options).run(ended.signal)
    await vi.waitFor(async () => {
      expect(await database.read.selectFrom('block').selectAll().execute()).not.toEqual([])
    }, PATIENCE)
    ended.abort()
    await running
    const { hub } = chain.contracts

    const signal = new AbortController().signal
    const onOtherChain = openIndexer({ ...options, chainId: 5 }).run(signal)
    await expect(onOtherChain).rejects.toThrow(
      `This database belongs to the hub ${hub.toLowerCase()} on chain ${chain.chainId}, not to ${hub.toLowerCase()} on chain 5.`,
    )
    const earlier = openIndexer({ ...options, firstBlock: chain.firstBlock - 1 }).run(signal)
    await expect(earlier).rejects.toThrow(
      `This database begins at block ${chain.firstBlock}, but the market begins at block ${chain.firstBlock - 1}: it lacks what happened before, for good. Give --database a new place; the index is built anew there.`,
    )
    await bus.close()
  })

  test('begins where the lowest of those who share its database wants, also when that one comes while it reads', async () => {
    const database = await openTestDatabase(engine)
    const bus = await openBus(database)
    const options = await optionsFor(database, bus)
    let isShared = false
    const client = clientThat(async (method) => {
      if (isShared || method !== 'eth_getLogs') return
      isShared = true
      await bus.write(async (writer) => claimDatabase(writer, options))
    })
    const ended = new AbortController()
    const indexer = openIndexer({ ...options, firstBlock: await headOf(chain), client })

    const running = indexer.run(ended.signal)
    await vi.waitFor(() => {
      expect(indexer.status()).toMatchObject({ state: 'live' })
    }, PATIENCE)
    ended.abort()
    await running

    expect(isShared).toBe(true)
    expect(await digestTables(database.read)).toEqual(await digestsOfReplay(chain, await openTestDatabase(engine)))
    await bus.close()
  })

  test('waits while the database fails, says so once, and goes on by itself, which it says too', async () => {
    const database = await openTestDatabase(engine)
    const bus = await openBus(database)
    let failures = 3
    const failing: Bus = {
      ...bus,
      write: async (work) => {
        if (failures > 0) {
          failures -= 1
          throw new Error('The disk is full.')
        }
        return bus.write(work)
      },
    }
    const news: IndexerNews[] = []
    const indexer = openIndexer({ ...(await optionsFor(database, failing)), onNews: (one) => news.push(one) })
    const ended = new AbortController()

    const running = indexer.run(ended.signal)
    await vi.waitFor(async () => {
      expect(indexer.status().indexed).toBe(await headOf(chain))
    }, PATIENCE)
    ended.abort()
    await running

    expect(news).toEqual([
      { type: 'waits', reason: 'The index cannot go on: The disk is full.', error: new Error('The disk is full.') },
      { type: 'goes on' },
    ])
    expect(indexer.status().reason).toBeUndefined()
    await bus.close()
  })

  test('reads receipts one by one from a node that has no eth_getBlockReceipts', async () => {
    const deposits = (['worker2', 'worker3'] as const).map((from) =>
      hubCall(chain, from, { functionName: 'deposit', args: [RLC] }),
    )
    await inOneBlock(chain, deposits)
    const database = await openTestDatabase(engine)
    const index = await startIndex(chain, database, { client: clientWithout('eth_getBlockReceipts') })

    await index.caughtUp()

    expect(await digestTables(database.read)).toEqual(await digestsOfReplay(chain, await openTestDatabase(engine)))
    await index.stop()
  })

  test('follows blocks of several transactions as well', async () => {
    const database = await openTestDatabase(engine)
    const index = await startIndex(chain, database)
    const deposits = (['worker2', 'worker3', 'worker2'] as const).map((from) =>
      hubCall(chain, from, { functionName: 'deposit', args: [RLC] }),
    )
    await inOneBlock(chain, deposits)

    await index.caughtUp()

    const { rows, chain: said } = await compareWithChain(database.read, chain)
    expect(rows).toEqual(said)
    await index.stop()
  })
})

/** A client of a node that does not know a method. */
function clientWithout(unknown: string): Client {
  return clientThat(async (method) => {
    await Promise.resolve()
    if (method !== unknown) return
    // As JSON-RPC says it.
    throw Object.assign(new Error(`the method ${method} does not exist/is not available`), { code: -32_601 })
  })
}

/** A client of a node before whose answers something happens. */
function clientThat(before: (method: string) => Promise<void>): Client {
  const real = clientOf(chain)
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    await before(method)
    return real.request({ method, params } as never)
  }
  return createClient({ transport: custom({ request }) })
}

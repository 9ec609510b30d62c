// An index of the test market, into a database of the test.
import { followEvents } from '@iexec/chain'
import { headOf, type TestChain } from '@iexec/service/test/chain'
import { createClient, http, type Client } from 'viem'
import { recheckBook, reopenBook } from '../src/book/index.ts'
import type { Database } from '../src/db/database.ts'
import { eventFilters } from '../src/index/decode.ts'
import { digestTables } from '../src/index/digest.ts'
import { enricher } from '../src/index/enrich.ts'
import type { KnownBlock } from '../src/index/facts.ts'
import { openIndexer, type Indexer, type IndexerOptions } from '../src/index/runIndexer.ts'
import { openBus, type Bus } from '../src/live/bus.ts'

/** An index that runs in the background. */
export type RunningIndex = {
  readonly indexer: Indexer
  readonly bus: Bus
  /** Returns when the head of this moment is in the tables. */
  readonly caughtUp: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** A client as the service has one: raw questions, many in one request. */
export function clientOf(chain: TestChain): Client {
  return createClient({ transport: http(chain.url, { batch: true }), cacheTime: 0 })
}

/** Starts an index; what it could not go on for is thrown by `stop`. */
export async function startIndex(
  chain: TestChain,
  database: Database,
  options: Partial<Pick<IndexerOptions, 'undoDepth' | 'client' | 'book'>> = {},
): Promise<RunningIndex> {
  const bus = await openBus(database)
  const ended = new AbortController()
  const errors: unknown[] = []
  const indexer = openIndexer({
    ...chain,
    client: clientOf(chain),
    read: database.read,
    bus,
    book: { recheckBook, reopenBook },
    now: Date.now,
    pollingMs: 20,
    onNews: (news) => {
      if (news.type === 'waits' && news.error !== undefined) errors.push(news.error)
    },
    firstBlock: chain.firstBlock,
    ...options,
  })
  const running = indexer.run(ended.signal)
  return {
    indexer,
    bus,
    caughtUp: async () => {
      for (let attempt = 0; attempt < 20; attempt += 1) {
        if (await indexer.caughtUp(1_000)) return
        if (errors.length > 0) throw errors[0]
      }
      throw new Error(`The index is at ${indexer.status().indexed}, the chain at ${await headOf(chain)}.`)
    },
    stop: async () => {
      ended.abort()
      await running
      await bus.close()
      if (errors.length > 0) throw errors[0]
    },
  }
}

/** Indexes the whole chain as it is now into an empty database. */
export async function replay(chain: TestChain, database: Database): Promise<void> {
  const index = await startIndex(chain, database)
  await index.caughtUp()
  await index.stop()
}

/** The fingerprints of a fresh replay. */
export async function digestsOfReplay(
  chain: TestChain,
  database: Database,
): Promise<Awaited<ReturnType<typeof digestTables>>> {
  await replay(chain, database)
  return digestTables(database.read)
}

/** All blocks of the chain as it is now, ready to be applied one by one. */
export async function knownBlocks(chain: TestChain): Promise<readonly KnownBlock[]> {
  const ended = new AbortController()
  const client = clientOf(chain)
  const head = await headOf(chain)
  const blocks: KnownBlock[] = []
  const steps = followEvents({
    client,
    filters: eventFilters(chain.contracts),
    fromBlock: chain.firstBlock,
    cursor: [],
    read: enricher({ client, contracts: chain.contracts, domain: chain.domain }),
    signal: ended.signal,
  })
  for await (const step of steps) {
    if (step.kind === 'blocks') blocks.push(...step.extra)
    if ((blocks.at(-1)?.number ?? 0) >= head) break
  }
  ended.abort()
  return blocks
}

// Whether the markets can be relied on right now, and what they wait for; and how much is in their books.
import { sql } from 'kysely'
import { getAddress, type Address } from 'viem'
import { z } from 'zod'
import { WIRE_KINDS, kindOfWire, type MetricsItem, type WireKind } from '@iexec/wire'
import type { Reader } from '../db/database.ts'
import type { AbsentChain, IndexerStatus, Market } from '../market.ts'

/** How one chain is. */
export type ChainHealth = {
  /** Null while neither a node nor a database has told of the chain. */
  readonly chainId: number | null
  readonly hub: Address
  /** Whether its index is up to date. */
  readonly ok: boolean
  /** Null while the chain is not known. */
  readonly role: IndexerStatus['role'] | null
  readonly state: IndexerStatus['state']
  /** Why it waits, in one sentence; null while it does not. */
  readonly reason: string | null
  /** ISO 8601: since when it is in this state. */
  readonly since: string
  readonly headBlock: number | null
  readonly indexedBlock: number | null
  /** How far the index is behind the chain: null before a node has answered. Seconds count from the last block it has. */
  readonly lagBlocks: number | null
  readonly lagSeconds: number | null
}

/** The answer of `/health`, for its description. */
export const healthAnswer: z.ZodType = z.object({
  ok: z.boolean(),
  chains: z.array(
    z.object({
      chainId: z.int().nullable(),
      hub: z.string(),
      ok: z.boolean(),
      role: z.enum(['indexing', 'standby']).nullable(),
      state: z.enum(['starting', 'catching up', 'live', 'waiting']),
      reason: z.string().nullable(),
      since: z.iso.datetime(),
      headBlock: z.int().nullable(),
      indexedBlock: z.int().nullable(),
      lagBlocks: z.int().nullable(),
      lagSeconds: z.int().nullable(),
    }),
  ),
})

/** How a chain is that nobody has told of yet. */
export function healthOfAbsent({ hub, since }: AbsentChain): ChainHealth {
  return {
    chainId: null,
    hub: getAddress(hub),
    ok: false,
    role: null,
    state: 'waiting',
    reason: 'No node has told of this chain yet.',
    since: new Date(since).toISOString(),
    headBlock: null,
    indexedBlock: null,
    lagBlocks: null,
    lagSeconds: null,
  }
}

/** How one chain is. */
export async function readHealth(market: Market): Promise<ChainHealth> {
  const { role, state, reason, since, head, indexed } = market.indexer.status()
  const lagBlocks = lagOf(market.indexer.status())
  return {
    chainId: market.chainId,
    hub: getAddress(market.contracts.hub),
    ok: state === 'live',
    role,
    state,
    reason: reason ?? null,
    since: new Date(since).toISOString(),
    headBlock: head ?? null,
    indexedBlock: indexed ?? null,
    lagBlocks,
    lagSeconds: lagBlocks === null || lagBlocks === 0 ? lagBlocks : await secondsBehind(market),
  }
}

/** How many blocks an index is behind its chain. */
function lagOf({ head, indexed }: Pick<IndexerStatus, 'head' | 'indexed'>): number | null {
  return head === undefined || indexed === undefined ? null : Math.max(0, head - indexed)
}

/** How far a market has followed its chain, and how many orders of each kind are open. */
export async function readMetrics({ read, indexer }: Market): Promise<MetricsItem> {
  const status = indexer.status()
  const counts = await Promise.all(WIRE_KINDS.map(async (kind) => countOpen(read, kind)))
  const openOf = (kind: WireKind): number => counts[WIRE_KINDS.indexOf(kind)] ?? 0
  return {
    // Every block is complete as soon as it is in the database, so both are the same.
    lastBlock: status.indexed ?? 0,
    checkpointBlock: status.indexed ?? 0,
    apporders: openOf('apporder'),
    datasetorders: openOf('datasetorder'),
    workerpoolorders: openOf('workerpoolorder'),
    requestorders: openOf('requestorder'),
    headBlock: status.head ?? null,
    lag: lagOf(status),
  }
}

async function secondsBehind({ read, now }: Market): Promise<number | null> {
  const last = await read.selectFrom('block').select('timestamp').orderBy('number', 'desc').executeTakeFirst()
  return last === undefined ? null : Math.max(0, Math.floor(now() / 1000) - last.timestamp)
}

/** Kind and status stand in the text of the query: only then is the index of the open orders of a kind used. */
async function countOpen(read: Reader, kind: WireKind): Promise<number> {
  const row = await read
    .selectFrom('book_order')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('kind', '=', sql.lit(kindOfWire(kind)))
    .where('status', '=', sql.lit('open'))
    .executeTakeFirstOrThrow()
  return row.count
}

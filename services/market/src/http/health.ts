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
  /** How far the index is behind the chain: null while nobody knows how far the chain is. */
  readonly lagBlocks: number | null
  /**
   * How old what it shows may be: since its last block, or, when that was the head, since that was last known. Null before a node
   * has answered.
   */
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
  const status = market.indexer.status()
  const { role, state, reason, since, head, indexed } = status
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
    lagBlocks: lagOf(status),
    lagSeconds: await readLagSeconds(market, status),
  }
}

/** How many blocks an index is behind its chain. */
function lagOf({ head, headUnknownSince, indexed }: IndexerStatus): number | null {
  const isKnown = head !== undefined && headUnknownSince === undefined && indexed !== undefined
  return isKnown ? Math.max(0, head - indexed) : null
}

/** For how many seconds the chain may have moved on without the index; null when it is not known. */
export async function readLagSeconds(market: Market, status: IndexerStatus): Promise<number | null> {
  const { head, headUnknownSince, indexed } = status
  if (head === undefined || indexed === undefined) return null
  if (indexed < head) return secondsBehind(market)
  return headUnknownSince === undefined ? 0 : Math.max(0, Math.floor((market.now() - headUnknownSince) / 1000))
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
  // Health is told without the database, too.
  const asked = read.selectFrom('block').select('timestamp').orderBy('number', 'desc').limit(1).executeTakeFirst()
  const last = await asked.catch(() => undefined)
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

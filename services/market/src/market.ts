// What every room of the service is handed: one chain, the market on it, and its database.
import type { Address, Client } from 'viem'
import type { OrderDomain } from '@iexec/protocol'
import type { Bus } from './live/bus.ts'
import type { Reader } from './db/database.ts'

/** The contracts of a market. A registry may continue an older one; its entries count, so each list has the newest first. */
export type MarketContracts = {
  readonly hub: Address
  readonly registries: {
    readonly app: readonly Address[]
    readonly dataset: readonly Address[]
    readonly workerpool: readonly Address[]
  }
}

/** How far the index is, and whether it moves. Blocks by number, times in milliseconds. */
export type IndexerStatus = {
  /** `indexing` here, or `standby`: another process indexes into the same database. */
  readonly role: 'indexing' | 'standby'
  readonly state: 'starting' | 'catching up' | 'live' | 'waiting'
  /** Why it waits, in one sentence; only while it does. */
  readonly reason: string | undefined
  readonly since: number
  /** The youngest block that a node told of; `undefined` before the first answer. */
  readonly head: number | undefined
  /** Since when nobody knows whether that is still the head; left out while it is. */
  readonly headUnknownSince?: number | undefined
  /** The youngest block in the database. */
  readonly indexed: number | undefined
}

/** A chain that neither a node nor a database has told of yet: not even its id is known, only its hub. */
export type AbsentChain = {
  readonly hub: Address
  /** Milliseconds since 1970. */
  readonly since: number
}

/** The chains of a service, as they are at the moment: those that are absent may come. */
export type Chains = {
  readonly markets: readonly Market[]
  readonly absent: readonly AbsentChain[]
}

/** One market on one chain. */
export type Market = {
  readonly chainId: number
  readonly contracts: MarketContracts
  readonly domain: OrderDomain
  /** Asks the chain; it has failover, and nobody sends transactions with it. */
  readonly client: Client
  readonly read: Reader
  /** Writes and announces; the only way to change the database. */
  readonly bus: Bus
  readonly indexer: {
    readonly status: () => IndexerStatus
    /**
     * Returns as soon as the block that is the chain's head at this moment is in the database, or after a bounded time.
     * For refusals that may only mean that the index is a moment behind.
     */
    readonly caughtUp: () => Promise<void>
  }
  readonly settings: MarketSettings
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What an operator may set, with its default in `config.ts`. */
export type MarketSettings = {
  readonly maxOpenOrdersPerWallet: number
  readonly challengeLifetimeMs: number
}

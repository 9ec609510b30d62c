// What leading takes, what it works with, and what it tells.
import type { SenderEvent, WakeUp } from '@iexec/chain'
import type { Database } from '@iexec/service'
import type { PoolFacts } from '@iexec/wire/work'
import type { Address, Chain, Client, Hex, Transport } from 'viem'
import type { Authority } from '../authority.ts'
import type { Book, LogText } from '../book/book.ts'
import type { Schema } from '../book/schema.ts'
import type { Store } from '../book/store.ts'
import type { Hub, LimitsOf } from '../chain/hub.ts'
import type { Durations } from '../decide/durations.ts'
import type { Patience } from '../decide/snapshot.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { GatewayLimits } from '../gateway/limits.ts'
import type { Sale, SaleNews } from '../orders/sell.ts'
import type { Storages } from '../result/watchStorages.ts'
import type { ChainClock } from './clock.ts'
import type { PoolNews } from './desk.ts'
import type { Hands } from './hands.ts'
import type { Pool } from './pool.ts'
import type { Stakes } from './stakes.ts'

/** What leading takes. */
export type LeadParts = {
  readonly database: Database<Schema>
  readonly client: Client<Transport, Chain>
  readonly hub: Hub
  readonly authority: Authority
  readonly gateway: Gateway
  readonly facts: PoolFacts
  /** Lower case. */
  readonly workerpool: Address
  readonly limits: LimitsOf
  readonly allowed: ReadonlySet<Address> | undefined
  readonly fromBlock: number
  readonly wakeUp: WakeUp | undefined
  readonly pollingMs: number
  readonly maxFeePerGas: bigint
  readonly chainId: number
  readonly market: string | undefined
  readonly prices: string | undefined
  readonly publicUrl: string | undefined
  readonly keptDays: number
  /** The most that logs take together. */
  readonly logBytes: number
  readonly storages: Storages
  /** Places at once for a worker that has proved nothing. */
  readonly trialPlaces: number
  readonly patience?: Patience
  readonly gatewayLimits?: GatewayLimits
  readonly onNews: (news: LeadNews) => void
  readonly onChange: (task: Hex) => void
  readonly onLog: (log: LogText, text: string) => void
}

/** What an operator may hear. */
export type LeadNews =
  | PoolNews
  | SaleNews
  | { readonly type: 'sender'; readonly event: SenderEvent }
  | { readonly type: 'cannot drop logs'; readonly error: unknown }
  | { readonly type: 'chain'; readonly state: string; readonly reason: string | undefined }
  | { readonly type: 'block'; readonly number: number; readonly timestamp: number; readonly head: number }

/** What others may look at while this process leads. */
export type Leading = {
  readonly book: Book
  readonly hands: Hands
  readonly clock: ChainClock
  readonly status: () => FollowStatus
  readonly inFlight: () => number
}

/** How far following is. */
export type FollowStatus = {
  readonly state: 'starting' | 'catching up' | 'live' | 'waiting'
  readonly reason: string | undefined
  readonly head: number | undefined
  readonly block: number | undefined
}

/** What works together while this process leads. */
export type Running = {
  readonly book: Book
  readonly store: Store
  readonly pool: Pool
  readonly clock: ChainClock
  readonly hands: Hands
  readonly status: { now: FollowStatus }
  readonly sale: Sale | undefined
  readonly stakes: Stakes
  readonly durations: Durations
}

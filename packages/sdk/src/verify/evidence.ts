// What a task is verified by: everything that a chain tells of it, as data. Who has it needs no chain to compute it again.
import type {
  Contribution,
  DealRecord,
  Instant,
  MatchOrders,
  OrderDomain,
  OrderHash,
  OrderKind,
  TaskId,
  TaskRecord,
} from '@iexec/protocol'
import type { Address, Hex } from 'viem'

/** One line of the hub's events: who, and how much or what. Accounts and hashes are in lower case, amounts in nRLC. */
export type Line = {
  /** Name of the Solidity event. */
  readonly event: string
  readonly account: Address | undefined
  readonly value: string
}

/** What one transaction did to a task: money and scores first, in the order of the events, and the task's own event last. */
export type Happening = {
  readonly event:
    | 'TaskInitialize'
    | 'TaskContribute'
    | 'TaskConsensus'
    | 'TaskReveal'
    | 'TaskReopen'
    | 'TaskFinalize'
    | 'TaskClaimed'
  readonly worker: Address | undefined
  /** The hash or the digest that the event carries. */
  readonly hash: Hex | undefined
  readonly lines: readonly Line[]
  readonly block: bigint
  /** Time of the block. */
  readonly at: Instant
  readonly txHash: Hex
  /** Place of the task's own event among the logs of its block. */
  readonly logIndex: number
}

/** What `OrdersMatched` says of a deal. */
export type MatchedOrders = {
  readonly hashes: { readonly [Kind in OrderKind]: OrderHash }
  readonly volume: bigint
  readonly at: Instant
  readonly txHash: Hex
  /** The orders as they stand in the transaction; `undefined` when another contract called the hub. */
  readonly orders: MatchOrders | undefined
}

/** The result that was downloaded, or why there is none to look at. */
export type ResultEvidence = { readonly digest: Hex; readonly covers: readonly string[] } | { readonly missing: string }

/** All that is needed to compute a task again. */
export type TaskEvidence = {
  readonly id: TaskId
  readonly domain: OrderDomain
  readonly deal: DealRecord & { readonly timeref: bigint }
  readonly record: Exclude<TaskRecord, { readonly status: 'unset' }>
  readonly contributions: readonly Contribution[]
  readonly matched: MatchedOrders
  /** In the order of the chain. */
  readonly happenings: readonly Happening[]
  /** The score that a worker had when he voted, by his address in lower case: of the events of all his earlier tasks. */
  readonly scores: ReadonlyMap<string, bigint>
  /** What the kitty had locked when the task was finalized, in nRLC: of all earlier events. 0 when it paid nothing. */
  readonly kittyLocked: bigint
  readonly result: ResultEvidence
}

// What a task is verified by: everything that a chain tells of it, as data. Who has it needs no chain to compute it again.
import type {
  Contribution,
  DealRecord,
  Instant,
  OrderDomain,
  OrderHash,
  OrderKind,
  TaskId,
  TaskRecord,
  WorkerpoolPolicy,
} from '@iexec/protocol'
import type { Address, Hex } from 'viem'
import type { SignedMatch } from '../order/readMatchState.ts'

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
  /** The orders as they stand in the transaction, with their signatures; `undefined` when another contract called the hub. */
  readonly orders: SignedMatch | undefined
  /** Who pays, by that transaction; `undefined` when another contract called the hub. */
  readonly payer: Address | undefined
  /** Who owned each asset then, by the last transfer that its registry tells of; `undefined` when it tells of none. */
  readonly owners: { readonly [Kind in Exclude<OrderKind, 'request'>]: Address | undefined }
  /** The policy of the workerpool then, by its last change; `undefined` when it cannot be known. */
  readonly policy: WorkerpoolPolicy | undefined
  /** What the hub had told before of the category and of the orders; `undefined` when the node does not give so many events. */
  readonly history: MatchHistory | undefined
  /** Which of those who sign, or are named by a restriction, are contracts, in lower case: those answer for themselves. */
  readonly contracts: readonly string[]
}

/** What the hub had told before a match. */
export type MatchHistory = {
  /** Longest run of the category, in seconds; `undefined` when nobody had created it. */
  readonly timeref: bigint | undefined
  /** Tasks that earlier deals took of each order; nothing is left of one that was closed. */
  readonly taken: { readonly [Kind in OrderKind]: bigint | 'closed' }
  /** Which orders were signed on chain, without a signature. */
  readonly presigned: readonly OrderKind[]
}

/** What let a worker vote, as it stands in his transaction. */
export type Permission = {
  readonly worker: Address
  readonly enclaveChallenge: Address
  readonly enclaveSign: Hex
  readonly authorizationSign: Hex
}

/** The result that was downloaded, why what was downloaded is none, or why there is none to look at. */
export type ResultEvidence =
  | { readonly digest: Hex; readonly covers: readonly string[] }
  | { readonly refused: string }
  | { readonly missing: string }

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
  /** Of each vote; one that another contract passed on is not among them. */
  readonly permissions: readonly Permission[]
  /** The score that a worker had when he voted, by his address in lower case: of the events of all his earlier tasks. */
  readonly scores: ReadonlyMap<string, bigint>
  /** What the kitty had locked when the task was finalized, in nRLC: of all earlier events. 0 when it paid nothing. */
  readonly kittyLocked: bigint
  readonly result: ResultEvidence
}

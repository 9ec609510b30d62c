// What is decided upon: tasks as the chain has them, the places that were given, and the workers who are there.
import type { PlaceCause, PlaceState, VotePath, WorkerProfile } from '@iexec/wire/work'
import type { Address, Hex } from 'viem'

/** The two clocks: what the chain's deadlines are compared with, and how long somebody has been waited for. */
export type Now = {
  /** Seconds since 1970, as the next block would have it. */
  readonly chain: number
  /** Milliseconds of this machine. */
  readonly ms: number
}

/** What a machine must have for a deal. */
export type Requirement = {
  /** `undefined` for an app of a type that nobody runs: it takes no engine to vote for that. */
  readonly engine: 'DOCKER' | 'WASM' | undefined
  /** Of the app, lower case: who has it at hand begins sooner. */
  readonly checksum: Hex
  readonly cpus: number
  readonly memoryBytes: number
  readonly gpu: boolean
  readonly network: boolean
}

/** The part of a deal that its tasks share. */
export type DealSnapshot = {
  readonly id: Hex
  readonly trust: bigint
  /** Seconds: the longest run of the category. */
  readonly timeref: number
  /** What a vote locks, in nRLC. */
  readonly workerStake: bigint
  readonly contributionDeadline: number
  readonly finalDeadline: number
  /** The contract that gets the result; undefined when there is none. */
  readonly callback: Address | undefined
  /** Undefined when no worker of this pool may run it, as without a vault for a TEE. */
  readonly requirement: Requirement | undefined
  /** How long a place of such a task takes at most, as learned: milliseconds from offer to vote. */
  readonly expectedMs: number | undefined
}

/** A vote on the chain. */
export type VoteSnapshot = {
  readonly worker: Address
  readonly hash: Hex
  readonly status: 'contributed' | 'proved' | 'rejected'
  /** Of the worker, when he voted. */
  readonly weight: bigint
}

/** A place that was given. */
export type PlaceSnapshot = {
  readonly worker: Address
  readonly attempt: number
  readonly path: VotePath
  readonly state: PlaceState
  readonly cause: PlaceCause | undefined
  readonly offeredAt: number
  /** When the worker said that it stored the offer, or anything later. */
  readonly heardAt: number | undefined
  /** When it came to an end. */
  readonly endedAt: number | undefined
  readonly isWithdrawn: boolean
  readonly cid: string | undefined
  readonly callbackData: Hex | undefined
  /** When the worker was asked to bring the result. */
  readonly deliverAt: number | undefined
}

/** A transaction that was decided: on its way, or failed and to be tried again. */
export type SentSnapshot = { readonly state: 'open' } | { readonly state: 'failed'; readonly retryAt: number }

/** What the chain says of a task's agreement. */
export type ConsensusSnapshot = {
  readonly value: Hex
  readonly winners: number
  readonly reveals: number
  /** Seconds. */
  readonly revealDeadline: number
  /** What was revealed. */
  readonly digest: Hex | undefined
  /** When this process heard that all had revealed; milliseconds. */
  readonly revealedAt: number | undefined
}

/** One task. */
export type TaskSnapshot = {
  readonly id: Hex
  readonly deal: DealSnapshot
  readonly status: 'unset' | 'active' | 'revealing' | 'completed' | 'failed'
  readonly consensus: ConsensusSnapshot | undefined
  /** In their order. */
  readonly votes: readonly VoteSnapshot[]
  readonly places: readonly PlaceSnapshot[]
  /** Transactions by the key of their command. */
  readonly sent: ReadonlyMap<string, SentSnapshot>
}

/** A worker who logged in. */
export type WorkerSnapshot = {
  readonly address: Address
  readonly weight: bigint
  readonly profile: Pick<WorkerProfile, 'engines' | 'cpus' | 'memoryBytes' | 'gpu' | 'network' | 'cached'>
  /** What it can still lock: its free stake without that of places that it has, in nRLC. Undefined: not known. */
  readonly stake: bigint | undefined
  /** Places that it could take now; 0 while it is away. */
  readonly free: number
  /** When its connection broke; undefined while it stands. */
  readonly goneAt: number | undefined
  /** Failures that still count, each half as much after a while. */
  readonly blame: number
}

/** How patient to be, in milliseconds. */
export type Patience = {
  /** Until a worker says that it stored an offer. */
  readonly ackMs: number
  /** Until a worker whose connection broke is counted out. */
  readonly goneMs: number
  /** Until a worker who stored an offer takes it. */
  readonly acceptMs: number
  /** A place is never counted out earlier than this, however quick such tasks were. */
  readonly leastMs: number
  /** How much longer than the learned duration a place may take. */
  readonly slack: number
  /** From the last reveal until one report of the result is enough, and until somebody is asked to bring it. */
  readonly deliveryMs: number
  /** Until the next one is asked. */
  readonly deliverAgainMs: number
  /** Before a worker is asked again for a task that it could not take; doubled each time. */
  readonly askAgainMs: number
}

/** Usual patience. */
export const PATIENCE: Patience = {
  ackMs: 3_000,
  goneMs: 5_000,
  acceptMs: 20_000,
  leastMs: 10_000,
  slack: 3,
  deliveryMs: 3_000,
  deliverAgainMs: 30_000,
  askAgainMs: 15_000,
}

/** A worker with so much blame gets no places. */
export const QUARANTINE_BLAME = 3

/** Everything that one decision sees. The tasks come in the order of their urgency. */
export type Snapshot = {
  readonly tasks: readonly TaskSnapshot[]
  readonly workers: readonly WorkerSnapshot[]
  readonly patience: Patience
}

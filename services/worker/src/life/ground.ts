// What a worker is told, and what all of its parts stand on.
import type { FollowState, OpenedChain } from '@iexec/chain'
import type { Engine } from '@iexec/runtime'
import type { PlaceReport } from '@iexec/wire/work'
import type { Logger } from 'pino'
import type { Address, LocalAccount } from 'viem'
import type { MachineWish } from '../machine.ts'
import type { PoolState } from '../pool/pool.ts'
import type { Shelf } from '../run/shelf.ts'
import type { Store } from '../store/store.ts'

/** Everything that a worker is told. */
export type WorkerConfig = MachineWish & {
  readonly rpcUrls: readonly string[]
  readonly wsUrl: string | undefined
  readonly rpcTimeoutMs: number
  readonly pollingMs: number
  readonly hub: Address
  readonly workerpool: Address
  /** Asked where the scheduler is. */
  readonly marketUrl: string | undefined
  /** The scheduler itself, for who knows it. */
  readonly schedulerUrl: string | undefined
  /** Storages of the owner's choice, before those of the pool. */
  readonly storages: readonly string[]
  /** Gateways of the owner's choice, before the storages. */
  readonly gateways: readonly string[]
  readonly allowsPrivateInputs: boolean
  readonly account: LocalAccount
  /** The most that a unit of gas may cost, in wei. */
  readonly maxFeePerGas: bigint
  /** The most that a vote may lock, in nRLC. */
  readonly maxStake?: bigint | undefined
  /** One process at a time has it. */
  readonly folder: string
  /** For how long results are kept after the end, in seconds. */
  readonly retentionSeconds: number
}

/** Something that a worker tells of. */
export type WorkerChange =
  | { readonly type: 'report'; readonly report: PlaceReport }
  | { readonly type: 'pool'; readonly pool: PoolState }

/** What a worker runs with. */
export type WorkerDeps = {
  readonly engines: readonly Engine[]
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Ends the start, while nodes are asked that do not answer. */
  readonly signal: AbortSignal
}

/** What all parts of a worker stand on. */
export type Ground = {
  readonly config: WorkerConfig
  readonly deps: WorkerDeps
  readonly opened: OpenedChain
  readonly store: Store
  /** The folder of tasks. */
  readonly tasks: string
  /** One of each type; more may come. */
  readonly engines: readonly Engine[]
  readonly shelf: Shelf
}

/** What changes while a worker runs. */
export type Mood = {
  isDraining: boolean
  /** Free for tasks. */
  diskBytes: number
  pool: PoolState
  chain: FollowState | undefined
  readonly listeners: Set<(change: WorkerChange) => void>
}

/** A storage that does not begin to answer for so long is busy with something else, in milliseconds. */
export const STORAGE_TIMEOUT_MS = 30_000

// What no event carries and the reducer needs: read from the chain once, before the blocks are reduced.
import type { Address, Hash, Hex } from 'viem'
import type { AssetKind, TxTable } from '../db/schema.ts'
import type { MarketEvent } from './events.ts'

/** The contents of an app, dataset or workerpool; they never change. Texts fit into the tables already. */
export type AssetContents = {
  readonly name: string
  readonly app_type: string | null
  readonly multiaddr: Hex | null
  readonly checksum: Hex | null
  readonly mrenclave: Hex | null
}

/** The terms of a deal; they never change. Addresses in lower case, zero where there is none. */
export type DealTerms = {
  readonly app: Sold
  readonly dataset: Sold
  readonly workerpool: Sold
  readonly trust: bigint
  readonly category: bigint
  readonly tag: Hex
  readonly requester: Address
  readonly beneficiary: Address
  readonly callback: Address
  readonly params: string
  readonly startTime: bigint
  readonly botFirst: bigint
  readonly botSize: bigint
  readonly workerStake: bigint
  readonly schedulerRewardRatio: bigint
  readonly sponsor: Address
}

type Sold = { readonly pointer: Address; readonly owner: Address; readonly price: bigint }

/** To which deal a task belongs, and what it delivers once it is completed. */
export type TaskFacts = { readonly deal: Hex; readonly index: bigint; readonly resultsCallback: Hex }

/** What a worker committed with a vote. */
export type VoteFacts = { readonly seal: Hex; readonly challenge: Address; readonly weight: bigint }

/** Everything that was read. Whatever the events of the blocks need is there. */
export type Facts = {
  readonly assets: ReadonlyMap<Address, AssetContents>
  readonly deals: ReadonlyMap<Hex, DealTerms>
  readonly tasks: ReadonlyMap<Hex, TaskFacts>
  /** By `<task>-<worker>`. */
  readonly votes: ReadonlyMap<string, VoteFacts>
  /** Where orders were broadcast that their owners approved otherwise than by a key, as `placeOf` names it. */
  readonly approvals: ReadonlySet<string>
}

/** A block with all that the reducer needs to know. */
export type KnownBlock = {
  readonly number: number
  readonly hash: Hash
  /** Seconds. */
  readonly timestamp: number
  readonly events: readonly MarketEvent[]
  readonly txs: readonly TxTable[]
  readonly facts: Facts
}

/** Names an event of a block. */
export function placeOf({ number }: { readonly number: number }, { logIndex }: { readonly logIndex: number }): string {
  return `${number}-${logIndex}`
}

/** The registry whose entries an event of this name is about. */
export const REGISTRY_EVENTS: {
  readonly [Name in 'AppTransfer' | 'DatasetTransfer' | 'WorkerpoolTransfer']: AssetKind
} = { AppTransfer: 'app', DatasetTransfer: 'dataset', WorkerpoolTransfer: 'workerpool' }

// What following a chain gives, one step after the other, and what it must be told.
import type { Address, Client, Hash, Hex } from 'viem'

/** One block, and no other at its height. */
export type BlockRef = { readonly number: number; readonly hash: Hash }

/** A log as the chain has it, in lower-case hexadecimals. Decoding it is up to whoever follows. */
export type FollowedLog = {
  readonly address: Address
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly blockNumber: number
  readonly blockHash: Hash
  readonly transactionHash: Hash
  readonly logIndex: number
}

/** A block with those of its logs that were asked for, in their order. */
export type FollowedBlock = BlockRef & {
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly logs: readonly FollowedLog[]
}

/** What the follower has to do next. */
export type FollowStep<Extra> =
  /**
   * These blocks come next. Their numbers rise, with gaps: there is every block with logs, the last block of each range
   * that was read, and every block within `ring` of the head.
   */
  | { readonly kind: 'blocks'; readonly blocks: readonly FollowedBlock[]; readonly extra: Extra; readonly head: number }
  /**
   * Everything after `to` is no longer on the chain. `undefined`: not even the oldest known block is, so everything begins
   * again.
   */
  | { readonly kind: 'rollback'; readonly to: BlockRef | undefined }

/** Which logs: of one of these addresses, with these topics. What is left out matches everything. */
export type LogFilter = {
  readonly address?: readonly Address[]
  /** For each position one topic, several of which one must be there, or `null` for any. */
  readonly topics?: readonly (Hex | readonly Hex[] | null)[]
}

/** How following goes. */
export type FollowState = {
  readonly state: 'catching up' | 'live' | 'waiting'
  /** Why it waits, in one sentence; only while it does. */
  readonly reason?: string
  /** The youngest block that a node told of. */
  readonly head?: number
}

/** Calls `wake` whenever there may be something new, until the signal. May fall silent: it only makes following quicker. */
export type WakeUp = (wake: () => void, signal: AbortSignal) => void

/** What to follow, and from where. */
export type FollowOptions<Extra> = {
  readonly client: Client
  /** Each is a request per range; a log that fits several comes once. */
  readonly filters: readonly LogFilter[]
  readonly fromBlock: number
  /** The blocks that the follower has, the youngest last. Only these, and those given by a step, are rolled back to. */
  readonly cursor: readonly BlockRef[]
  /**
   * Reads, as of `latest`, what belongs to these blocks. The answer is used only when the last of them is still on the chain
   * afterwards; otherwise the range is read again.
   */
  readonly read?: (blocks: readonly FollowedBlock[]) => Promise<Extra>
  readonly wakeUp?: WakeUp | undefined
  /** How often to look for a new block; 250 when left out. Eight times more rarely while a `wakeUp` is silent. */
  readonly pollingMs?: number
  /** So many blocks before the head come one by one, with all their hashes; 256 when left out. */
  readonly ring?: number
  /** The most blocks that are read at once; 10,000 when left out. */
  readonly maxRange?: number
  /** Ends the generator at once. */
  readonly signal: AbortSignal
  readonly onState?: ((state: FollowState) => void) | undefined
}

/** Answers that do not fit together: they were given before and after a reorganisation, or by nodes that differ. Ask again. */
export class Unsettled extends Error {
  override readonly name: string = 'Unsettled'
}

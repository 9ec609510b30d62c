// Where blocks are kept: a folder, a bucket, or another node. Each is asked by the hash of a block, and knows nothing of files.
import type { BlockHash } from './hash.ts'

/** A place that keeps blocks. Which of them are still needed, and by whom, stands in the database. */
export type Blocks = {
  /** For people: `folder /data/blocks`. Never with a password. */
  readonly place: string
  /** The bytes of a block; `undefined` when it is not here. */
  readonly get: (hash: BlockHash, signal?: AbortSignal) => Promise<Uint8Array | undefined>
  /** Keeps a block under its hash; it may be here already. Half of a block is never found under it. */
  readonly put: (hash: BlockHash, bytes: Uint8Array) => Promise<void>
  /** Returns when these blocks, put before, outlive a power cut. */
  readonly settle: (hashes: readonly BlockHash[]) => Promise<void>
  /** Removes a block, if it is here. */
  readonly remove: (hash: BlockHash) => Promise<void>
  /**
   * Makes the place ready, and removes what a process left that ended in the middle of its work.
   *
   * @throws Error in one sentence when it cannot be used
   */
  readonly open: () => Promise<void>
}

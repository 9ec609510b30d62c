// What the chain of a local network can do, for those who start it and those who stand on it.
import type { Address } from 'viem'

/** Where a local chain lives, and how it is reached. */
export type LocalChainOptions = {
  /** Its state and its pid stand here. It must be there already. */
  readonly folder: string
  /** Loopback, unless others may do to this chain whatever they like. */
  readonly host: string
  readonly port: number
  readonly chainId: number
  /** Origins whose pages may use it, beside those of this machine. */
  readonly origins?: readonly string[]
  /** Hears in one sentence when the chain cannot be saved, which is then tried again. */
  readonly onProblem?: (sentence: string) => void
  /** Hears the number of each block that becomes the last one. */
  readonly onBlock?: (number: number) => void
  /** Hears what there is to tell, line by line: where it listens, each block, and whatever anvil prints. */
  readonly onLine?: (line: string) => void
}

/** A chain that runs on this machine: it mines when there is something to mine, and keeps its state in its folder. */
export type LocalChain = {
  readonly rpcUrl: string
  readonly wsUrl: string
  readonly chainId: number
  /** The process of anvil. */
  readonly pid: () => number
  /** Returns after `stop`; rejects with one sentence when anvil ended by itself. */
  readonly ended: Promise<void>
  /** Gives an account so many wei, out of nothing. */
  readonly setBalance: (address: Address, wei: bigint) => Promise<void>
  /** Mines until the head is beyond this block. */
  readonly passBlock: (number: number) => Promise<void>
  /** While the work goes on, each transaction is mined at once, for setting a network up: its blocks lie up to a minute back. */
  readonly hurry: <Answer>(work: () => Promise<Answer>) => Promise<Answer>
  /** From here on a block is mined whenever a deadline of this market falls due. Replaces the hub of before. */
  readonly watchHub: (hub: Address) => Promise<void>
  /**
   * Mines what waits, saves, and ends anvil.
   *
   * @throws when it cannot be saved; anvil has ended then, too
   */
  readonly stop: () => Promise<void>
}

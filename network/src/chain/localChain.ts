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
  /** From here on a block is mined whenever a deadline of this market falls due. Replaces the hub of before. */
  readonly watchHub: (hub: Address) => Promise<void>
  /** Saves, and ends anvil. */
  readonly stop: () => Promise<void>
}

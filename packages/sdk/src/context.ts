// What every verb works with: a chain with its market, a way to it, and perhaps somebody who signs.
import type { Address, Hex } from 'viem'
import type { OrderDomain } from '@iexec/protocol'
import type { ChainSettings } from './chain/chainSettings.ts'
import type { Signer } from './signer/signer.ts'

/** EIP-1193: asks a node or a wallet. */
export type Request = (call: { readonly method: string; readonly params?: unknown }) => Promise<unknown>

/** A provider of EIP-1193, such as a wallet in a browser. */
export type Provider = { readonly request: (call: { method: string; params?: never }) => Promise<unknown> }

/** The contracts of a market, in lower case. */
export type Contracts = {
  readonly hub: Address
  readonly rlc: Address
  readonly appRegistry: Address
  readonly datasetRegistry: Address
  readonly workerpoolRegistry: Address
}

/** What every verb works with. Made by `connect`. */
export type Context = {
  readonly chain: ChainSettings
  readonly contracts: Contracts
  /** The domain under which orders are signed for this hub. */
  readonly domain: OrderDomain
  readonly request: Request
  /** Who signs; absent for whoever only looks. */
  readonly signer: Signer | undefined
  readonly fetch: typeof globalThis.fetch
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** How long between two looks at the chain while something is waited for, in milliseconds. */
  readonly pollingMs: number
  /** How long a service is waited for, in milliseconds. */
  readonly serviceTimeoutMs: number
}

/** The hash and the block of a transaction that was executed. */
export type Executed = { readonly txHash: Hex; readonly blockNumber: bigint }

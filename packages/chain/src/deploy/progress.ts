// Who pays for a deployment, and what he hears of it.
import type { Account, Address, Chain, Client, Hash, Transport } from 'viem'
import type { MarketPart, RegistryPart } from './addresses.ts'

/** A viem client with an account: it pays for the deployment. */
export type DeployClient = Client<Transport, Chain | undefined, Account>

/** What happens during a deployment, one after the other. */
export type DeployProgress =
  /** Transactions of an earlier call are on their way: their block is waited for. */
  | { readonly step: 'await'; readonly sender: Address; readonly count: number }
  /** The CREATE2 deployment proxy was missing and is created. */
  | { readonly step: 'createProxy' }
  /** The part stood there before. */
  | { readonly step: 'keep'; readonly part: MarketPart; readonly address: Address }
  | { readonly step: 'send'; readonly part: MarketPart; readonly address: Address; readonly hash: Hash }
  | { readonly step: 'deploy'; readonly part: MarketPart; readonly address: Address; readonly gasUsed: bigint }
  /** The registry is told, for good, that there is no registry before it. */
  | { readonly step: 'initialize'; readonly registry: RegistryPart; readonly gasUsed: bigint }
  /** Only the owner may do that, and the deployer is somebody else: the owner can do it later. */
  | { readonly step: 'leaveToOwner'; readonly registry: RegistryPart; readonly owner: Address }

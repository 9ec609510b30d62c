// What a market is made of, before it exists: whose it is, which token it uses, which categories it starts with.
import type { Category } from '@iexec/protocol'
import type { Address } from 'viem'

/** The hub keeps the time of a category in 32 bits: 136 years. */
export const MAX_CATEGORY_SECONDS: bigint = 2n ** 32n - 1n

/** What decides the addresses of a market: equal terms give equal addresses, on every chain. */
export type MarketTerms = {
  /** Owner of the hub and of the registries; holder of all RLC when the token is deployed too. */
  readonly owner: Address
  /** The first categories; the protocol's `DEFAULT_CATEGORIES` when left out. */
  readonly categories?: readonly Category[] | undefined
  /** An existing token; a new RLC when left out. */
  readonly token?: Address | undefined
  /** What the token URIs of entries begin with: `{kind}` in it becomes app, dataset or workerpool. Empty when left out. */
  readonly baseUri?: string | undefined
}

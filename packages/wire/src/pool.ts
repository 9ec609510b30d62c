// Where the API of a workerpool is: told by the pool's owner under his signature, so that markets may copy it from each
// other. Without zod, for browsers.
import type { Address, Hex } from 'viem'
import { hashTypedData } from 'viem/utils'

/** What the owner of a workerpool signs. */
export type PoolEndpoint = {
  readonly workerpool: Address
  readonly apiUrl: string
  /** Seconds since 1970. Of two signed endpoints the one with the later end holds; of two with the same, that of the smaller hash. */
  readonly validUntil: number
}

/** The EIP-712 type of a pool's endpoint. */
export const POOL_ENDPOINT_TYPES: {
  readonly PoolEndpoint: readonly [
    { readonly name: 'workerpool'; readonly type: 'address' },
    { readonly name: 'apiUrl'; readonly type: 'string' },
    { readonly name: 'validUntil'; readonly type: 'uint256' },
  ]
} = {
  PoolEndpoint: [
    { name: 'workerpool', type: 'address' },
    { name: 'apiUrl', type: 'string' },
    { name: 'validUntil', type: 'uint256' },
  ],
}

/** The EIP-712 domain of endpoints: that of a chain, not of a market, so that every market accepts the same signature. */
export type PoolEndpointDomain = {
  readonly name: 'iExec PoolEndpoint'
  readonly version: '1'
  readonly chainId: number
}

/** The domain on a chain. */
export function poolEndpointDomain(chainId: number): PoolEndpointDomain {
  return { name: 'iExec PoolEndpoint', version: '1', chainId }
}

/** EIP-712 hash of an endpoint on a chain: what the owner signs. */
export function hashPoolEndpoint({ workerpool, apiUrl, validUntil }: PoolEndpoint, chainId: number): Hex {
  return hashTypedData({
    domain: poolEndpointDomain(chainId),
    types: POOL_ENDPOINT_TYPES,
    primaryType: 'PoolEndpoint',
    message: { workerpool, apiUrl, validUntil: BigInt(validUntil) },
  })
}

/** Body that tells an endpoint; the workerpool stands in the path. */
export type PoolEndpointBody = { readonly apiUrl: string; readonly validUntil: number; readonly signature: Hex }

/** An endpoint with its signature, ready to be told to another market. */
export type PoolEndpointItem = PoolEndpoint & { readonly signature: Hex; readonly owner: Address }

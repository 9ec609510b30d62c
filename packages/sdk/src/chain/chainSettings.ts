// What has to be known of a chain: where its nodes and its market are. Everything else is asked of the hub.
import type { Address } from 'viem'
import { IexecError } from '../error/iexecError.ts'

/** A chain with a market, and the services around it. A service that is left out cannot be used; the error says so then. */
export type ChainSettings = {
  readonly name: string
  readonly chainId: number
  readonly hub: Address
  /** HTTP, the preferred one first. May be left out when a wallet's provider is given. */
  readonly rpcUrls?: readonly string[]
  /** Order books and index. */
  readonly marketUrl?: string | undefined
  /** Gateway from which `/ipfs/<cid>` is read. */
  readonly storageUrl?: string | undefined
  /** kubo's RPC, to which files are added. */
  readonly ipfsApiUrl?: string | undefined
  /** Directory of workerpools' APIs; the market when left out. */
  readonly compassUrl?: string | undefined
  /** The API of a workerpool, for a network without a directory; looked up there when left out. */
  readonly schedulerUrl?: string | undefined
  /** Secrets. */
  readonly vaultUrl?: string | undefined
}

/** A service of a chain. */
export type ServiceName = 'market' | 'storage' | 'ipfsApi' | 'compass' | 'scheduler' | 'vault'

/** Chains that are known by name and id. Their services belong to others: give their URLs in settings of your own. */
export const KNOWN_CHAINS: readonly ChainSettings[] = [
  {
    name: 'arbitrum-mainnet',
    chainId: 42_161,
    hub: '0x098bFCb1E50ebcA0BaA92C12eA0c3F045A1aD9f0',
    rpcUrls: ['https://arb1.arbitrum.io/rpc'],
  },
  {
    name: 'arbitrum-sepolia-testnet',
    chainId: 421_614,
    hub: '0xB2157BF2fAb286b2A4170E3491Ac39770111Da3E',
    rpcUrls: ['https://sepolia-rollup.arbitrum.io/rpc'],
  },
]

/**
 * The settings of a known chain.
 *
 * @throws IexecError `UnknownChain`
 * @example
 * findKnownChain('arbitrum-mainnet').chainId // 42161
 * findKnownChain(42161).name // 'arbitrum-mainnet'
 */
export function findKnownChain(nameOrId: string | number): ChainSettings {
  const found = KNOWN_CHAINS.find(({ name, chainId }) => name === nameOrId || String(chainId) === String(nameOrId))
  if (found !== undefined) return found
  const known = KNOWN_CHAINS.map(({ name, chainId }) => `${name} (${chainId})`).join(', ')
  throw new IexecError('UnknownChain', `No chain "${nameOrId}" is known.`, {
    hints: [`Known are ${known}.`, 'For any other chain, give its settings: name, chainId, hub, rpcUrls, marketUrl …'],
    details: { given: nameOrId },
  })
}

/**
 * The origin of a service, without a slash at its end.
 *
 * @throws IexecError `NotConfigured` when the chain has none
 */
export function serviceUrl(chain: ChainSettings, service: ServiceName): string {
  const url = chain[`${service}Url`] ?? (service === 'compass' ? chain.marketUrl : undefined)
  if (url !== undefined) return url.replace(/\/+$/u, '')
  throw new IexecError('NotConfigured', `No ${SERVICE_WORDS[service]} is configured for the chain ${chain.name}.`, {
    hints: [`Set ${service}Url in the settings of the chain.`],
    details: { chain: chain.name, service },
  })
}

/** What each service is called in a sentence. */
export const SERVICE_WORDS: { readonly [Name in ServiceName]: string } = {
  market: 'market',
  storage: 'storage',
  ipfsApi: 'IPFS node to add files to',
  compass: "directory of workerpools' APIs",
  scheduler: 'API of the workerpool',
  vault: 'vault for secrets',
}

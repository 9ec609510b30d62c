// network.json: how every tool reaches a network.
import { join } from 'node:path'
import type { Address } from 'viem'
import type { Account } from './accounts.ts'
import { readWhole, writeWhole } from './wholeFile.ts'

/** A network, as tools know it. Each service has an origin of its own. */
export type NetworkFile = {
  readonly rpcUrl: string
  readonly wsUrl: string
  readonly chainId: number
  readonly hub: Address
  readonly rlc: Address
  readonly appRegistry: Address
  readonly datasetRegistry: Address
  readonly workerpoolRegistry: Address
  readonly marketUrl: string
  readonly graphqlUrl: string
  readonly storageUrl: string
  /** kubo's RPC, to which files are added. */
  readonly ipfsApiUrl: string
  /** Directory of workerpools' APIs. */
  readonly compassUrl: string
  readonly schedulerUrl: string
  /** The site, for people: explorer, market, store; only where its pages are. */
  readonly webUrl?: string
  /** Where images of apps are pushed to and pulled from, as it stands before their names; only where there is one. */
  readonly imageRegistry?: string
  readonly workerpool: Address
  readonly accounts: readonly Account[]
}

/** The network of a folder; undefined when it was never ready. */
export function readNetworkFile(folder: string): NetworkFile | undefined {
  return readWhole(fileOf(folder)) as NetworkFile | undefined
}

/** Tells tools how to reach the network of a folder. */
export function writeNetworkFile(folder: string, network: NetworkFile): void {
  writeWhole(fileOf(folder), network)
}

function fileOf(folder: string): string {
  return join(folder, 'network.json')
}

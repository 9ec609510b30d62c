// The assets of the differential test: what each of them contains, so that its address is known before it exists.
import { appRegistryAbi, datasetRegistryAbi, workerpoolRegistryAbi } from '@iexec/protocol/abi'
import { NO_ADDRESS } from '@iexec/protocol'
import type { AssetKind } from '@iexec/protocol'
import type { MarketAddresses } from '@iexec/chain'
import type { Address, Hex } from 'viem'
import { encodeFunctionData } from 'viem/utils'
import type { AnvilClient } from '../anvil.ts'
import { ACTORS } from './actors.ts'

/** One asset: whose it is at first, and where. */
export type Asset = {
  readonly name: string
  readonly kind: AssetKind
  readonly owner: Address
  readonly address: Address
}

type Blueprint = Omit<Asset, 'address'>

/** Those that exist from the start. */
const FIRST: readonly Blueprint[] = [
  { name: 'appA', kind: 'app', owner: ACTORS.ada },
  { name: 'appB', kind: 'app', owner: ACTORS.abe },
  { name: 'data', kind: 'dataset', owner: ACTORS.dora },
  { name: 'poolA', kind: 'workerpool', owner: ACTORS.paula },
  { name: 'poolB', kind: 'workerpool', owner: ACTORS.peter },
]

/** Those that somebody may create later. The last ones have no owner, which no registry allows. */
const LATER: readonly Blueprint[] = [
  { name: 'lateApp', kind: 'app', owner: ACTORS.ada },
  { name: 'lateData', kind: 'dataset', owner: ACTORS.dora },
  { name: 'latePool', kind: 'workerpool', owner: ACTORS.peter },
  { name: 'nobodysApp', kind: 'app', owner: NO_ADDRESS },
  { name: 'nobodysPool', kind: 'workerpool', owner: NO_ADDRESS },
]

/** Everything that can be registered. */
export type Assets = { readonly first: readonly Asset[]; readonly later: readonly Asset[] }

/** The address of an asset by its name. */
export function assetNamed(assets: Assets, name: string): Address {
  const found = [...assets.first, ...assets.later].find((asset) => asset.name === name)
  if (found === undefined) throw new Error(`No asset is called ${name}.`)
  return found.address
}

/** The registry of a kind of assets. */
export function registryOf(addresses: MarketAddresses, kind: AssetKind): Address {
  const { appregistry, datasetregistry, workerpoolregistry } = addresses
  return { app: appregistry, dataset: datasetregistry, workerpool: workerpoolregistry }[kind]
}

/** Asks the registries where each asset is, or will be. */
export async function predictAssets(client: AnvilClient, addresses: MarketAddresses): Promise<Assets> {
  const predicted = async (blueprint: Blueprint): Promise<Asset> => ({
    ...blueprint,
    address: await predict(client, addresses, blueprint),
  })
  return { first: await Promise.all(FIRST.map(predicted)), later: await Promise.all(LATER.map(predicted)) }
}

const MULTIADDR: Hex = '0x1220'
const CHECKSUM: Hex = `0x${'c5'.repeat(32)}`

async function predict(client: AnvilClient, addresses: MarketAddresses, asset: Blueprint): Promise<Address> {
  const { name, kind, owner } = asset
  const address = registryOf(addresses, kind)
  switch (kind) {
    case 'app': {
      const args = [owner, name, 'DOCKER', MULTIADDR, CHECKSUM, '0x'] as const
      return client.readContract({ address, abi: appRegistryAbi, functionName: 'predictApp', args })
    }
    case 'dataset': {
      const args = [owner, name, MULTIADDR, CHECKSUM] as const
      return client.readContract({ address, abi: datasetRegistryAbi, functionName: 'predictDataset', args })
    }
    default: {
      const args = [owner, name] as const
      return client.readContract({ address, abi: workerpoolRegistryAbi, functionName: 'predictWorkerpool', args })
    }
  }
}

/** The call of a registry that creates an asset. */
export function creationOf({ name, kind, owner }: Asset): Hex {
  switch (kind) {
    case 'app': {
      const args = [owner, name, 'DOCKER', MULTIADDR, CHECKSUM, '0x'] as const
      return encodeFunctionData({ abi: appRegistryAbi, functionName: 'createApp', args })
    }
    case 'dataset': {
      const args = [owner, name, MULTIADDR, CHECKSUM] as const
      return encodeFunctionData({ abi: datasetRegistryAbi, functionName: 'createDataset', args })
    }
    default:
      return encodeFunctionData({ abi: workerpoolRegistryAbi, functionName: 'createWorkerpool', args: [owner, name] })
  }
}

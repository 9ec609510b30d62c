// What a dataset is.
import { decodeMultiaddr } from '@iexec/protocol'
import * as assetItems from '@iexec/protocol/abi/asset'
import { getAddress, type Address } from 'viem'
import { ownerOf } from '../asset/requireAsset.ts'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import type { Dataset } from './deployDataset.ts'

/** A dataset that is registered. */
export type RegisteredDataset = Dataset & { readonly address: Address; readonly registry: Address }

/**
 * What a dataset is.
 *
 * @throws IexecError `NotFound`, `InvalidInput`
 * @example
 * (await showDataset(context, '0x…')).name // 'weather'
 */
export async function showDataset(context: Context, address: Address): Promise<RegisteredDataset> {
  const owner = await ownerOf(context, 'dataset', address)
  const [name, multiaddr, checksum] = await Promise.all([
    readContract(context, { address, abi: assetItems.m_datasetName, functionName: 'm_datasetName' }),
    readContract(context, { address, abi: assetItems.m_datasetMultiaddr, functionName: 'm_datasetMultiaddr' }),
    readContract(context, { address, abi: assetItems.m_datasetChecksum, functionName: 'm_datasetChecksum' }),
  ])
  const registry = getAddress(context.contracts.datasetRegistry)
  return { address, owner, name, multiaddr: decodeMultiaddr(multiaddr), checksum, registry }
}

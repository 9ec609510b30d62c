// What an app is.
import { decodeMultiaddr } from '@iexec/protocol'
import * as assetItems from '@iexec/protocol/abi/asset'
import { getAddress, type Address } from 'viem'
import { ownerOf } from '../asset/requireAsset.ts'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import type { App } from './deployApp.ts'

/** An app that is registered. `type` is whatever its owner wrote. */
export type RegisteredApp = Omit<App, 'type' | 'mrenclave'> & {
  readonly address: Address
  readonly type: string
  readonly mrenclave: NonNullable<App['mrenclave']>
  readonly registry: Address
}

/**
 * What an app is.
 *
 * @throws IexecError `NotFound`, `InvalidInput`
 * @example
 * (await showApp(context, '0x…')).name // 'blender'
 */
export async function showApp(context: Context, address: Address): Promise<RegisteredApp> {
  const owner = await ownerOf(context, 'app', address)
  const [name, type, multiaddr, checksum, mrenclave] = await Promise.all([
    readContract(context, { address, abi: assetItems.m_appName, functionName: 'm_appName' }),
    readContract(context, { address, abi: assetItems.m_appType, functionName: 'm_appType' }),
    readContract(context, { address, abi: assetItems.m_appMultiaddr, functionName: 'm_appMultiaddr' }),
    readContract(context, { address, abi: assetItems.m_appChecksum, functionName: 'm_appChecksum' }),
    readContract(context, { address, abi: assetItems.m_appMREnclave, functionName: 'm_appMREnclave' }),
  ])
  const registry = getAddress(context.contracts.appRegistry)
  return { address, owner, name, type, multiaddr: decodeMultiaddr(multiaddr), checksum, mrenclave, registry }
}

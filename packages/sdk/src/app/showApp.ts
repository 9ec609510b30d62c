// What an app is.
import { decodeMultiaddr } from '@iexec/protocol'
import { appAbi } from '@iexec/protocol/abi'
import type { Address } from 'viem'
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
  const app = { address, abi: appAbi } as const
  const [name, type, multiaddr, checksum, mrenclave] = await Promise.all([
    readContract(context, { ...app, functionName: 'm_appName' }),
    readContract(context, { ...app, functionName: 'm_appType' }),
    readContract(context, { ...app, functionName: 'm_appMultiaddr' }),
    readContract(context, { ...app, functionName: 'm_appChecksum' }),
    readContract(context, { ...app, functionName: 'm_appMREnclave' }),
  ])
  const registry = context.contracts.appRegistry
  return { address, owner, name, type, multiaddr: decodeMultiaddr(multiaddr), checksum, mrenclave, registry }
}

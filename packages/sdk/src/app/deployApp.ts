// Registers an app, so that it can be sold.
import { encodeMultiaddr } from '@iexec/protocol'
import * as registryItems from '@iexec/protocol/abi/registry'
import type { Address, Hex } from 'viem'
import { NO_CHECKSUM, registerAsset, type Deployed } from '../asset/registerAsset.ts'
import { requireHolder } from '../asset/requireAsset.ts'
import { invalidField, requireChecksum, requireText } from '../asset/requireContents.ts'
import { readContract } from '../call/readContract.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context } from '../context.ts'
import { requireSigner } from '../signer/signer.ts'

/** How an app is run. */
export type AppType = 'DOCKER' | 'WASM'

/** An app as it is registered, and never changed after. */
export type App = {
  readonly owner: Address
  readonly name: string
  readonly type: AppType
  /** The image as `docker pull` takes it, or where the module is: a URL or an /ipfs path. */
  readonly multiaddr: string
  /** Manifest digest of the image, or sha256 of the module. */
  readonly checksum: Hex
  /** Of an enclave: what the workers' attestation must show; `0x` without one. */
  readonly mrenclave?: Hex
}

/** An app to register; it belongs to the signer unless an owner is named. */
export type NewApp = Omit<App, 'owner' | 'type'> & { readonly owner?: Address; readonly type?: AppType }

/**
 * Registers an app. Its address follows from its owner and its contents.
 *
 * @throws IexecError `InvalidInput`, `AlreadyExists`, `NoSigner`
 * @example
 * await deployApp(context, { name: 'blender', multiaddr: 'docker.io/me/blender:1.0', checksum: '0x…' }) // { address: '0x…', … }
 */
export async function deployApp(context: Context, app: NewApp): Promise<Deployed> {
  const args = argumentsOf(context, app)
  const registry = { address: context.contracts.appRegistry, args }
  return registerAsset(context, {
    kind: 'app',
    predict: async () =>
      readContract(context, { ...registry, abi: registryItems.predictApp, functionName: 'predictApp' }),
    create: async () =>
      writeContract(context, {
        ...registry,
        abi: registryItems.createApp,
        functionName: 'createApp',
        label: `register the app ${app.name}`,
      }),
  })
}

/**
 * The address that an app will have, or has.
 *
 * @throws IexecError `InvalidInput`; `NoSigner` when no owner is named
 */
export async function predictApp(context: Context, app: NewApp): Promise<Address> {
  return readContract(context, {
    address: context.contracts.appRegistry,
    abi: registryItems.predictApp,
    functionName: 'predictApp',
    args: argumentsOf(context, app),
  })
}

type Arguments = readonly [Address, string, string, Hex, Hex, Hex]

function argumentsOf(context: Context, app: NewApp): Arguments {
  const { name, type = 'DOCKER', multiaddr, checksum, mrenclave = '0x' } = app
  requireText('name', name)
  requireText('multiaddr', multiaddr)
  if (type !== 'DOCKER' && type !== 'WASM') throw invalidField('type', type, 'DOCKER or WASM')
  requireChecksum(checksum)
  if (checksum === NO_CHECKSUM)
    throw invalidField('checksum', checksum, 'the digest of the image: without it no worker runs the app')
  const owner = requireHolder(context, app.owner ?? requireSigner(context).address)
  return [owner, name, type, encodeMultiaddr(multiaddr), checksum, mrenclave]
}

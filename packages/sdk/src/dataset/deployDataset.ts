// Registers a dataset, so that it can be sold per use.
import { encodeMultiaddr } from '@iexec/protocol'
import * as registryItems from '@iexec/protocol/abi/registry'
import type { Address, Hex } from 'viem'
import { requireChecksum, requireText } from '../asset/requireContents.ts'
import { registerAsset, type Deployed } from '../asset/registerAsset.ts'
import { requireHolder } from '../asset/requireAsset.ts'
import { readContract } from '../call/readContract.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context } from '../context.ts'
import { requireSigner } from '../signer/signer.ts'

/** A dataset as it is registered, and never changed after. */
export type Dataset = {
  readonly owner: Address
  readonly name: string
  /** Where the file is: a URL or an /ipfs path. */
  readonly multiaddr: string
  /** sha256 of the file as it is stored: of the ciphertext when it is encrypted. */
  readonly checksum: Hex
}

/** A dataset to register; it belongs to the signer unless an owner is named. */
export type NewDataset = Omit<Dataset, 'owner'> & { readonly owner?: Address }

/**
 * Registers a dataset. Its address follows from its owner and its contents.
 *
 * @throws IexecError `InvalidInput`, `AlreadyExists`, `NoSigner`
 * @example
 * await deployDataset(context, { name: 'weather', multiaddr: '/ipfs/Qm…', checksum: '0x…' }) // { address: '0x…', … }
 */
export async function deployDataset(context: Context, dataset: NewDataset): Promise<Deployed> {
  const args = argumentsOf(context, dataset)
  const registry = { address: context.contracts.datasetRegistry, args }
  return registerAsset(context, {
    kind: 'dataset',
    predict: async () =>
      readContract(context, { ...registry, abi: registryItems.predictDataset, functionName: 'predictDataset' }),
    create: async () =>
      writeContract(context, {
        ...registry,
        abi: registryItems.createDataset,
        functionName: 'createDataset',
        label: `register the dataset ${dataset.name}`,
      }),
  })
}

/**
 * The address that a dataset will have, or has.
 *
 * @throws IexecError `InvalidInput`; `NoSigner` when no owner is named
 */
export async function predictDataset(context: Context, dataset: NewDataset): Promise<Address> {
  return readContract(context, {
    address: context.contracts.datasetRegistry,
    abi: registryItems.predictDataset,
    functionName: 'predictDataset',
    args: argumentsOf(context, dataset),
  })
}

function argumentsOf(
  context: Context,
  { owner, name, multiaddr, checksum }: NewDataset,
): readonly [Address, string, Hex, Hex] {
  requireText('name', name)
  requireText('multiaddr', multiaddr)
  requireChecksum(checksum)
  return [requireHolder(context, owner ?? requireSigner(context).address), name, encodeMultiaddr(multiaddr), checksum]
}

// Registers a workerpool, so that computing can be sold.
import * as registryItems from '@iexec/protocol/abi/registry'
import type { Address } from 'viem'
import { requireText } from '../asset/requireContents.ts'
import { registerAsset, type Deployed } from '../asset/registerAsset.ts'
import { requireHolder } from '../asset/requireAsset.ts'
import { readContract } from '../call/readContract.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context } from '../context.ts'
import { requireSigner } from '../signer/signer.ts'

/** A workerpool as it is registered. */
export type Workerpool = { readonly owner: Address; readonly description: string }

/** A workerpool to register; it belongs to the signer unless an owner is named. */
export type NewWorkerpool = { readonly owner?: Address; readonly description: string }

/**
 * Registers a workerpool. Its address follows from its owner and its description.
 *
 * @throws IexecError `InvalidInput`, `AlreadyExists`, `NoSigner`
 * @example
 * await deployWorkerpool(context, { description: 'GPUs in the north' }) // { address: '0x…', … }
 */
export async function deployWorkerpool(context: Context, workerpool: NewWorkerpool): Promise<Deployed> {
  const args = argumentsOf(context, workerpool)
  const registry = { address: context.contracts.workerpoolRegistry, args }
  return registerAsset(context, {
    kind: 'workerpool',
    predict: async () =>
      readContract(context, { ...registry, abi: registryItems.predictWorkerpool, functionName: 'predictWorkerpool' }),
    create: async () =>
      writeContract(context, {
        ...registry,
        abi: registryItems.createWorkerpool,
        functionName: 'createWorkerpool',
        label: `register the workerpool ${workerpool.description}`,
      }),
  })
}

/**
 * The address that a workerpool will have, or has.
 *
 * @throws IexecError `InvalidInput`; `NoSigner` when no owner is named
 */
export async function predictWorkerpool(context: Context, workerpool: NewWorkerpool): Promise<Address> {
  return readContract(context, {
    address: context.contracts.workerpoolRegistry,
    abi: registryItems.predictWorkerpool,
    functionName: 'predictWorkerpool',
    args: argumentsOf(context, workerpool),
  })
}

function argumentsOf(context: Context, { owner, description }: NewWorkerpool): readonly [Address, string] {
  requireText('description', description)
  return [requireHolder(context, owner ?? requireSigner(context).address), description]
}

// The assets of an owner, in the order in which he got them.
import * as registryItems from '@iexec/protocol/abi/registry'
import { getAddress, numberToHex, type Address } from 'viem'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { registryOf, type AssetKind } from './kind.ts'
import { requireAddress } from './requireAsset.ts'

/** How many assets of a kind an account owns. */
export async function countAssets(context: Context, kind: AssetKind, owner: Address): Promise<bigint> {
  return readContract(context, {
    address: registryOf(context, kind),
    abi: registryItems.balanceOf,
    functionName: 'balanceOf',
    args: [requireAddress(owner)],
  })
}

/** The place of an asset among those of its owner. */
export type OwnedPlace = { readonly owner: Address; readonly index: bigint }

/**
 * The address of an owner's asset by its place; the first one has index 0.
 *
 * @throws IexecError `NotFound` when he has not so many
 */
export async function findUserAsset(context: Context, kind: AssetKind, { owner, index }: OwnedPlace): Promise<Address> {
  const count = await countAssets(context, kind, owner)
  if (index < 0n || index >= count) {
    throw new IexecError('NotFound', `${owner} has ${count} ${kind}s, and none of index ${index}.`, {
      hints: count === 0n ? [] : [`Indices go from 0 to ${count - 1n}.`],
      details: { kind, owner, index, count },
    })
  }
  const tokenId = await readContract(context, {
    address: registryOf(context, kind),
    abi: registryItems.tokenOfOwnerByIndex,
    functionName: 'tokenOfOwnerByIndex',
    args: [owner, index],
  })
  return getAddress(numberToHex(tokenId, { size: 20 }))
}

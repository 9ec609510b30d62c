// Whether there is an asset at an address, and whose it is.
import * as registryItems from '@iexec/protocol/abi/registry'
import { getAddress, zeroAddress, type Address } from 'viem'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { addressFault, type AddressFault } from './addressFault.ts'
import { ASSET_WORDS, registryOf, type AssetKind } from './kind.ts'

/**
 * Whether an asset of this kind is registered at an address.
 *
 * @throws IexecError `InvalidInput` when it is no address
 */
export async function isRegistered(context: Context, kind: AssetKind, address: Address): Promise<boolean> {
  return readContract(context, {
    address: registryOf(context, kind),
    abi: registryItems.isRegistered,
    functionName: 'isRegistered',
    args: [requireAddress(address)],
  })
}

/**
 * The owner of an asset.
 *
 * @throws IexecError `NotFound` when nothing of this kind is registered at the address
 */
export async function ownerOf(context: Context, kind: AssetKind, address: Address): Promise<Address> {
  if (!(await isRegistered(context, kind, address))) {
    throw new IexecError('NotFound', `There is not ${ASSET_WORDS[kind]} at ${address} on ${context.chain.name}.`, {
      hints: ['Look whether the address is right, and whether it is of this chain.'],
      details: { kind, address, chain: context.chain.name },
    })
  }
  return readContract(context, {
    address: registryOf(context, kind),
    abi: registryItems.ownerOf,
    functionName: 'ownerOf',
    args: [BigInt(address)],
  })
}

/**
 * Goes on only when the signer owns the asset.
 *
 * @throws IexecError `NotFound`, `NotOwner` with both addresses, `NoSigner`
 */
export async function requireOwned(context: Context, kind: AssetKind, address: Address): Promise<void> {
  const { address: signer } = requireSigner(context)
  const owner = await ownerOf(context, kind, address)
  if (owner.toLowerCase() === signer.toLowerCase()) return
  throw new IexecError('NotOwner', `The ${kind} ${address} belongs to ${owner}, not to ${signer}.`, {
    hints: ['Use the wallet of its owner.'],
    details: { kind, address, owner, signer },
  })
}

/**
 * The address of somebody who shall own something.
 *
 * @throws IexecError `InvalidInput` also for the address of zeros, from which nothing comes back
 */
export function requireReceiver(given: string): Address {
  const nobody = {
    sentence: `${given} belongs to nobody`,
    hint: 'What goes there is lost.',
  }
  return unlessFault(given, addressFault(given) ?? (given === zeroAddress ? nobody : undefined))
}

/**
 * An address in the form that people compare.
 *
 * @throws IexecError `InvalidInput` when it is none, or has a typing error
 */
export function requireAddress(given: string): Address {
  return unlessFault(given, addressFault(given))
}

function unlessFault(given: string, fault: AddressFault | undefined): Address {
  if (fault === undefined) return getAddress(given)
  throw new IexecError('InvalidInput', `${fault.sentence}.`, {
    hints: [fault.hint],
    details: { code: 'InvalidAddress', given },
  })
}

// Whether there is an asset at an address, and whose it is.
import * as registryItems from '@iexec/protocol/abi/registry'
import { getAddress, zeroAddress, type Address } from 'viem'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { addressFault } from './addressFault.ts'
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
 * @throws IexecError `InvalidInput` also for the address of zeros and the contracts of the market, from which nothing comes back
 */
export function requireHolder({ contracts }: Context, given: string): Address {
  const address = requireAddress(given)
  if (address === zeroAddress) throw badReceiver(address, 'belongs to nobody', 'What goes there is lost.')
  const [name] = Object.entries(contracts).find(([, contract]) => contract === address.toLowerCase()) ?? []
  if (name === undefined) return address
  const hint = 'What goes there is lost. RLC comes to the market by account.deposit, or iexec account deposit.'
  throw badReceiver(address, `is a contract of the market (${name}), and nobody's account`, hint)
}

/**
 * The address of somebody to whom the signer sends coins or RLC.
 *
 * @throws IexecError `InvalidInput` also for the signer himself, the address of zeros and the contracts of the market
 * @example
 * requireReceiver(context, '0x…')
 */
export function requireReceiver(context: Context, given: string): Address {
  const address = requireHolder(context, given)
  if (address.toLowerCase() !== context.signer?.address.toLowerCase()) return address
  throw badReceiver(address, 'is the account that gives it', 'Name the address of somebody else.')
}

function badReceiver(given: Address, what: string, hint: string): IexecError {
  return new IexecError('InvalidInput', `${given} ${what}.`, {
    hints: [hint],
    details: { code: 'InvalidAddress', given },
  })
}

/**
 * An address in the form that people compare.
 *
 * @throws IexecError `InvalidInput` when it is none, or has a typing error
 */
export function requireAddress(given: string): Address {
  const fault = addressFault(given)
  if (fault === undefined) return getAddress(given)
  throw new IexecError('InvalidInput', `${fault.sentence}.`, {
    hints: [fault.hint],
    details: { code: 'InvalidAddress', given },
  })
}

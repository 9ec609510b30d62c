// What can be asked and done about the assets of any kind, bound to one kind.
import type { Address } from 'viem'
import { bind } from '../bind.ts'
import type { Context } from '../context.ts'
import { isRegistered } from './requireAsset.ts'
import type { AssetKind } from './kind.ts'
import { transferAsset, type Transferred } from './transferAsset.ts'
import { countAssets, findUserAsset } from './userAssets.ts'

/** What all kinds of assets have in common. */
export type Owned = {
  /** Whether there is an asset of this kind at an address. */
  readonly isDeployed: (address: Address) => Promise<boolean>
  /** How many an account owns. */
  readonly count: (owner: Address) => Promise<bigint>
  /**
   * The address of an owner's asset by its place; the first one has index 0.
   *
   * @throws IexecError `NotFound` when he has not so many
   */
  readonly addressOfUser: (owner: Address, index: bigint) => Promise<Address>
  /**
   * Gives an asset of the signer to another account.
   *
   * @throws IexecError `NotFound`, `NotOwner`, `InvalidInput`
   */
  readonly transfer: (address: Address, to: Address) => Promise<Transferred>
}

/** These verbs, bound to a market and a kind. */
export function bindOwned(context: Context, kind: AssetKind): Owned {
  return bind(context, {
    isDeployed: async (its: Context, address: Address) => isRegistered(its, kind, address),
    count: async (its: Context, owner: Address) => countAssets(its, kind, owner),
    addressOfUser: async (its: Context, owner: Address, index: bigint) => findUserAsset(its, kind, { owner, index }),
    transfer: async (its: Context, address: Address, to: Address) => transferAsset(its, kind, { address, to }),
  })
}

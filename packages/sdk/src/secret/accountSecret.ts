// Secrets of accounts that can be replaced: the key for encrypting results, and tokens of storages.
import type { Address } from 'viem'
import { requireAddress } from '../asset/requireAsset.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { hasSecret, pushSecret, type SecretPlace } from './vault.ts'

/** What became of a push. */
export type PushedSecret = {
  readonly isPushed: true
  /** Whether there was one before. */
  readonly isUpdated: boolean
}

/** A name that the vault knows, and the secret. */
export type NamedSecret = { readonly name: string; readonly value: string }

/** Whether an account has a secret of this name. */
export async function hasAccountSecret(context: Context, owner: Address, name: string): Promise<boolean> {
  return hasSecret(context, placeOf(requireAddress(owner), name))
}

/**
 * Pushes a secret of the signer.
 *
 * @throws IexecError `AlreadyExists` when there is one and it is not to be replaced; whatever `pushSecret` throws
 */
export async function pushAccountSecret(
  context: Context,
  { name, value }: NamedSecret,
  { forceUpdate }: { readonly forceUpdate: boolean },
): Promise<PushedSecret> {
  const { address } = requireSigner(context)
  const place = placeOf(address, name)
  const isUpdated = await hasSecret(context, place)
  if (isUpdated && !forceUpdate) {
    throw new IexecError('AlreadyExists', `${address} has a secret "${name}" in the vault already.`, {
      hints: ['Replace it with forceUpdate (--force-update).'],
      details: { owner: address, name },
    })
  }
  await pushSecret(context, { ...place, value }, isUpdated ? 'PUT' : 'POST')
  return { isPushed: true, isUpdated }
}

function placeOf(owner: Address, name: string): SecretPlace {
  const query = { ownerAddress: owner, secretName: name }
  return { path: '/secrets/web2', query, what: `the secret "${name}"`, subject: owner, name }
}

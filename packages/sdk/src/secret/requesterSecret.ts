// Secrets that a requester gives to the apps that he runs, by names of his own. Written once.
import type { Address } from 'viem'
import { requireAddress } from '../asset/requireAsset.ts'
import { invalidField } from '../asset/requireContents.ts'
import type { Context } from '../context.ts'
import { requireSigner } from '../signer/signer.ts'
import { hasSecret, pushSecret, type SecretPlace } from './vault.ts'

/**
 * Whether a requester has a secret of this name.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured`, `ServiceUnreachable`
 */
export async function checkRequesterSecret(context: Context, requester: Address, name: string): Promise<boolean> {
  return hasSecret(context, placeOf(requireAddress(requester), name))
}

/**
 * Puts a secret of the signer into the vault; runs name it in `secrets`. It can never be changed.
 *
 * @param secret its name has up to 64 letters, digits, `-` and `_`
 * @throws IexecError `AlreadyExists`, `InvalidInput`, `NotConfigured`, `NoSigner`
 * @example
 * await pushRequesterSecret(context, { name: 'api-key', value: '…' })
 */
export async function pushRequesterSecret(
  context: Context,
  { name, value }: { readonly name: string; readonly value: string },
): Promise<void> {
  await pushSecret(context, { ...placeOf(requireSigner(context).address, name), value })
}

function placeOf(subject: Address, name: string): SecretPlace {
  if (!/^[\w-]{1,64}$/u.test(name)) throw invalidField('name of the secret', name, '1 to 64 letters, digits, - and _')
  return { path: `/requesters/${subject}/secrets/${name}`, what: `the secret "${name}"`, subject, name }
}

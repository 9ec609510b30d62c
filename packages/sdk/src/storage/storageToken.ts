// Tokens with which workers may write into somebody's own storage, kept in the vault.
import type { Address } from 'viem'
import type { Context } from '../context.ts'
import { invalidField } from '../asset/requireContents.ts'
import { hasAccountSecret, pushAccountSecret, type PushedSecret } from '../secret/accountSecret.ts'

/** A storage that takes a token. IPFS takes none. */
export type TokenStorage = 'dropbox'

const NAMES: { readonly [Storage in TokenStorage]: string } = { dropbox: 'iexec-result-dropbox-token' }

/**
 * Whether an account has put a token for a storage into the vault.
 *
 * @throws IexecError `InvalidInput`, `NotConfigured` when there is no vault, `ServiceUnreachable`
 */
export async function checkStorageToken(
  context: Context,
  owner: Address,
  storage: TokenStorage = 'dropbox',
): Promise<boolean> {
  return hasAccountSecret(context, owner, nameOf(storage))
}

/**
 * Puts the signer's token for a storage into the vault.
 *
 * @param options `forceUpdate` replaces one that is there
 * @throws IexecError `AlreadyExists` when there is one and it is not to be replaced, `NoSigner`, `NotConfigured`, `InvalidInput`
 */
export async function pushStorageToken(
  context: Context,
  token: string,
  {
    storage = 'dropbox',
    forceUpdate = false,
  }: { readonly storage?: TokenStorage; readonly forceUpdate?: boolean } = {},
): Promise<PushedSecret> {
  return pushAccountSecret(context, { name: nameOf(storage), value: token }, { forceUpdate })
}

function nameOf(storage: string): string {
  const name = Object.entries(NAMES).find(([known]) => known === storage)?.[1]
  if (name !== undefined) return name
  throw invalidField('storage', storage, 'dropbox: no other storage takes a token')
}

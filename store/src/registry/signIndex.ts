// Signs an index: so stores that know its maker take it from nobody else, wherever it stands.
import { storeIndexTypedData, type StoreIndex } from '@iexec/wire/listing'
import type { LocalAccount } from 'viem'

/**
 * An index with the signature of its maker. The same index and key always give the same signature.
 *
 * @example
 * writeIndex('public', { index: await signIndex(built.index, account), files: built.files })
 */
export async function signIndex(index: StoreIndex, account: LocalAccount): Promise<StoreIndex> {
  const { listings, ...about } = index
  const signature = await account.signTypedData(storeIndexTypedData(index))
  return { ...about, signer: account.address, signature, listings }
}

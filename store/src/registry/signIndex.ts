// Signs an index: so stores that know its maker take it from nobody else, wherever it stands.
import { storeIndexTypedData, type StoreIndex } from '@iexec/wire/listing'
import type { LocalAccount } from 'viem'
import { momentOfSigning } from './moment.ts'

/**
 * An index with the signature of its maker, as of this moment (or `SOURCE_DATE_EPOCH`): stores take no older one after it.
 *
 * @throws UsageError when the moment that is told has not come yet
 *
 * @example
 * writeIndex('public', { index: await signIndex(built.index, account), files: built.files })
 */
export async function signIndex(index: StoreIndex, account: LocalAccount): Promise<StoreIndex> {
  const { listings, ...about } = { ...index, created: momentOfSigning() }
  const signature = await account.signTypedData(storeIndexTypedData(about))
  return { ...about, signer: account.address, signature, listings }
}

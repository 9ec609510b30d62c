// Whether an account signed a hash: with its key, or by the word of its contract.
import { getCode, verifyHash } from 'viem/actions'
import { recoverSigner } from '@iexec/chain/recover'
import type { Address, Client, Hex } from 'viem'

/** Ends every signature of an account that does not exist yet (ERC-6492). */
const UNDEPLOYED = '6492649264926492649264926492649264926492649264926492649264926492'

/** What was signed, and by whom as they say. */
export type Claim = { readonly hash: Hex; readonly signature: Hex; readonly address: Address }

/**
 * Whether an account signed a hash: by key (65 or 64 bytes, as the hub takes them), by ERC-1271, or by ERC-6492.
 *
 * Only accounts that did not sign by key cost a question to the chain.
 *
 * @throws the node's error when the chain had to be asked and could not
 */
export async function isSignedBy(client: Client, { hash, signature, address }: Claim): Promise<boolean> {
  if (recoverSigner(hash, signature) === address.toLowerCase()) return true
  if (!signature.endsWith(UNDEPLOYED)) {
    // Asked first, because verifyHash takes a node that does not answer for a "no".
    const code = await getCode(client, { address })
    if (code === undefined || code === '0x') return false
  }
  return verifyHash(client, { address, hash, signature })
}

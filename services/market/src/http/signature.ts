// Whether an account signed a hash: with its key, or by the word of its contract.
import { STRANGER_GAS, isRevert } from '@iexec/chain'
import { recoverSigner } from '@iexec/chain/recover'
import { encodeFunctionData, parseAbi, type Address, type Client, type Hex } from 'viem'
import { getCode, verifyHash } from 'viem/actions'

/** Ends every signature of an account that need not exist yet (ERC-6492). */
const UNDEPLOYED = '6492649264926492649264926492649264926492649264926492649264926492'
const YES = '0x1626ba7e'
const abi = parseAbi(['function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)'])

/** What was signed, and by whom as they say. */
export type Claim = { readonly hash: Hex; readonly signature: Hex; readonly address: Address }

/**
 * Whether an account signed a hash: by key (65 or 64 bytes, as the hub takes them), by ERC-1271, or by ERC-6492.
 *
 * Only accounts that did not sign by key cost a question to the chain.
 *
 * @throws the node's error when the chain had to be asked and could not
 */
export async function isSignedBy(client: Client, claim: Claim): Promise<boolean> {
  if (recoverSigner(claim.hash, claim.signature) === claim.address.toLowerCase()) return true
  return claim.signature.endsWith(UNDEPLOYED) ? isSignedByPlanned(client, claim) : isSignedByContract(client, claim)
}

async function isSignedByContract(client: Client, { hash, signature, address }: Claim): Promise<boolean> {
  const data = encodeFunctionData({ abi, functionName: 'isValidSignature', args: [hash, signature] })
  try {
    // Without viem's reading of errors, which takes a failure of the node itself for the contract's word.
    const answer: Hex = await client.request({
      method: 'eth_call',
      params: [{ to: address, data, gas: STRANGER_GAS }, 'latest'],
    } as never)
    return answer.length >= 66 && answer.startsWith(YES)
  } catch (error) {
    if (isRevert(error)) return false
    throw error
  }
}

async function isSignedByPlanned(client: Client, { hash, signature, address }: Claim): Promise<boolean> {
  // Asked first, because verifyHash takes a node that does not answer for a "no".
  await getCode(client, { address })
  // It throws for a signature that only looks like one.
  return verifyHash(client, { address, hash, signature }).catch(() => false)
}

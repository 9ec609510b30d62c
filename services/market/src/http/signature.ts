// Whether an account signed a hash: with its key, or by the word of its contract.
import { recoverSigner } from '@iexec/chain/recover'
import {
  encodeDeployData,
  encodeFunctionData,
  erc6492SignatureValidatorAbi,
  erc6492SignatureValidatorByteCode,
  parseAbi,
  type Address,
  type Client,
  type Hex,
} from 'viem'
import { askStranger } from '../stranger.ts'

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
  return isSignedByKey(claim) || isSignedByContract(client, claim)
}

/** Whether the account's own key signed. Asks nobody. */
export function isSignedByKey({ hash, signature, address }: Claim): boolean {
  return recoverSigner(hash, signature) === address.toLowerCase()
}

/**
 * Whether the account's contract says that it signed, or would say so once it is deployed.
 *
 * @throws the node's error when the chain could not be asked
 */
export async function isSignedByContract(client: Client, claim: Claim): Promise<boolean> {
  return claim.signature.endsWith(UNDEPLOYED) ? isSignedByPlanned(client, claim) : isSignedByDeployed(client, claim)
}

async function isSignedByDeployed(client: Client, { hash, signature, address }: Claim): Promise<boolean> {
  const data = encodeFunctionData({ abi, functionName: 'isValidSignature', args: [hash, signature] })
  const answer = await askStranger(client, { to: address, data })
  return answer !== undefined && answer.length >= 66 && answer.startsWith(YES)
}

/** By code that never gets an address: it runs the factory that the signature names, and then asks the account. */
async function isSignedByPlanned(client: Client, { hash, signature, address }: Claim): Promise<boolean> {
  const data = encodeDeployData({
    abi: erc6492SignatureValidatorAbi,
    bytecode: erc6492SignatureValidatorByteCode,
    args: [address, hash, signature],
  })
  const answer = await askStranger(client, { data })
  return answer !== undefined && answer !== '0x' && BigInt(answer) === 1n
}

// Who signed an order: keys are recovered here, everything else only the chain can tell.
import { STRANGER_GAS, isRevert } from '@iexec/chain'
import { recoverSigner } from '@iexec/chain/recover'
import { hubAbi } from '@iexec/protocol/abi'
import { decodeFunctionResult, encodeFunctionData, type Address, type Hex } from 'viem'
import type { Market } from '../market.ts'
import type { Candidate } from './judge.ts'

/** The chain had to be asked and gave no answer: trying again later may help. */
export class ChainUnreachable extends Error {
  override readonly name = 'ChainUnreachable'
}

/** Whether the key of an account signed the order. */
function isSignedByKey({ hash, entry }: Candidate, account: Address): boolean {
  return recoverSigner(hash, entry.order.sign) === account
}

/**
 * Asks the hub whether an account signed the order: by a key, in advance on chain, or as a contract (ERC-1271).
 *
 * @throws ChainUnreachable when no node answers
 */
export async function isSignedOnChain(
  { client, contracts }: Pick<Market, 'client' | 'contracts'>,
  { hash, entry }: Candidate,
  account: Address,
): Promise<boolean> {
  const functionName = 'verifyPresignatureOrSignature'
  const data = encodeFunctionData({ abi: hubAbi, functionName, args: [account, hash, entry.order.sign] })
  try {
    // Without viem's reading of errors, which takes a failure of the node itself for the contract's word.
    const answer: Hex = await client.request({
      method: 'eth_call',
      params: [{ to: contracts.hub, data, gas: STRANGER_GAS }, 'latest'],
    } as never)
    return decodeFunctionResult({ abi: hubAbi, functionName, data: answer })
  } catch (error) {
    // The hub itself refuses what cannot be a signature at all, and a contract may refuse, or never come to an end.
    if (isRevert(error)) return false
    throw new ChainUnreachable('The chain could not be asked whether an order is signed.', { cause: error })
  }
}

/** Hashes that no key of the account signed. */
export function hashesSignedByKey(candidates: readonly Candidate[], account: Address): ReadonlySet<Hex> {
  return new Set(candidates.filter((candidate) => isSignedByKey(candidate, account)).map(({ hash }) => hash))
}

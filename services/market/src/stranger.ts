// Asks a stranger's contract, on its own: with little gas, and in a request that carries no other question.
import { STRANGER_GAS, isRevert } from '@iexec/chain'
import type { Address, Client, Hex } from 'viem'

/** A call, directly of a contract or through the hub; without `to`, its data is code that is run. */
export type StrangerCall = { readonly to?: Address; readonly data: Hex }

/**
 * Calls as of the head. It is `undefined` when the contract refuses, or uses up its gas.
 *
 * @param signal ends the waiting; then no other try is made
 * @throws the node's error when it is the node that does not answer
 * @example
 * const answer = await askStranger(client, { to: group, data }, AbortSignal.timeout(900))
 */
export async function askStranger(client: Client, call: StrangerCall, signal?: AbortSignal): Promise<Hex | undefined> {
  const question = { method: 'eth_call', params: [{ ...call, gas: STRANGER_GAS }, 'latest'] }
  try {
    // Without viem's reading of errors, which takes a failure of the node itself for the contract's word.
    return await client.request(question as never, signal === undefined ? {} : { signal, retryCount: 0 })
  } catch (error) {
    if (isRevert(error)) return undefined
    throw error
  }
}

// What an account has on the market.
import * as hubItems from '@iexec/protocol/abi/hub'
import type { Address } from 'viem'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'

/** RLC of an account on the market, in nRLC. */
export type StakeBalance = {
  /** Free: pays for runs, and can be withdrawn. */
  readonly stake: bigint
  /** Held by deals and tasks that have not ended. */
  readonly locked: bigint
}

/**
 * What an account has on the market. An account that was never there has nothing.
 *
 * @example
 * await showAccount(context, '0x…') // { stake: 1_000n, locked: 0n }
 */
export async function showAccount(context: Context, address: Address): Promise<StakeBalance> {
  const { stake, locked } = await readContract(context, {
    address: context.contracts.hub,
    abi: hubItems.viewAccount,
    functionName: 'viewAccount',
    args: [address],
  })
  return { stake, locked }
}

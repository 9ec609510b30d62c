// What an account holds outside of the market.
import * as rlcItems from '@iexec/protocol/abi/rlc'
import { hexToBigInt, type Address } from 'viem'
import { ask, readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'

/** Coins and RLC of a wallet. */
export type WalletBalance = { readonly wei: bigint; readonly nRLC: bigint }

/**
 * What an account holds outside of the market.
 *
 * @example
 * await showWallet(context, '0x…') // { wei: 10n ** 18n, nRLC: 5_000_000_000n }
 */
export async function showWallet(context: Context, address: Address): Promise<WalletBalance> {
  const [wei, nRLC] = await Promise.all([
    ask(context.request, 'eth_getBalance', [address, 'latest']).then(hexToBigInt),
    readContract(context, {
      address: context.contracts.rlc,
      abi: rlcItems.balanceOf,
      functionName: 'balanceOf',
      args: [address],
    }),
  ])
  return { wei, nRLC }
}

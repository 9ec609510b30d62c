// Brings RLC home from the market to the wallet.
import { formatRlc } from '@iexec/protocol'
import * as hubItems from '@iexec/protocol/abi/hub'
import { writeContract } from '../call/writeContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { requireAmount, type Moved } from './depositStake.ts'
import { showAccount } from './showAccount.ts'

/**
 * Brings RLC of the signer from the market home to his wallet. What deals hold cannot be withdrawn before they end.
 *
 * @param amount nRLC, more than 0
 * @throws IexecError `InsufficientFunds` when less is free, `InvalidInput` when the amount is not above 0
 * @example
 * await withdrawStake(context, 7n) // { amount: 7n, txHash: '0x…', blockNumber: 7n }
 */
export async function withdrawStake(context: Context, amount: bigint): Promise<Moved> {
  const { address } = requireSigner(context)
  requireAmount(amount)
  const { stake, locked } = await showAccount(context, address)
  if (stake < amount) {
    throw new IexecError(
      'InsufficientFunds',
      `${formatRlc(amount)} cannot be withdrawn: ${formatRlc(stake)} is free.`,
      {
        hints:
          locked === 0n ? ['Withdraw less.'] : [`${formatRlc(locked)} is held by deals, and comes free when they end.`],
        details: { account: address, asked: amount, available: stake, locked },
      },
    )
  }
  const { transactionHash, blockNumber } = await writeContract(context, {
    address: context.contracts.hub,
    abi: hubItems.withdraw,
    functionName: 'withdraw',
    args: [amount],
    label: `withdraw ${formatRlc(amount)}`,
  })
  return { amount, txHash: transactionHash, blockNumber }
}

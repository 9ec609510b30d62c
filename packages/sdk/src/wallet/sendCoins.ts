// Sends coins of the chain, or RLC, from the wallet of the signer.
import { formatCoin, formatRlc } from '@iexec/protocol'
import * as rlcItems from '@iexec/protocol/abi/rlc'
import { numberToHex, type Address } from 'viem'
import { requireAmount, type Moved } from '../account/depositStake.ts'
import { requireReceiver } from '../asset/requireAsset.ts'
import { call } from '../call/readContract.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { showWallet } from './showWallet.ts'

/** Where something goes, and how much of it. */
export type Sending = { readonly to: Address; readonly amount: bigint }

/**
 * Sends coins of the chain, which pay for gas.
 *
 * @param sending the amount is in wei
 * @throws IexecError `InvalidInput`, also for the signer himself and the contracts of the market; `InsufficientFunds` when the wallet has
 * less; gas comes on top
 * @example
 * await sendCoins(context, { to: '0x…', amount: parseCoin('0.1 ether') })
 */
export async function sendCoins(context: Context, { to, amount }: Sending): Promise<Moved> {
  const { address, send } = requireSigner(context)
  const receiver = requireReceiver(context, to)
  requireAmount(amount)
  const { wei } = await showWallet(context, address)
  if (wei < amount) throw tooLittle({ asked: formatCoin(amount), available: formatCoin(wei) })
  await call(context.request, { from: address, to: receiver, data: '0x', value: numberToHex(amount) })
  const label = `send ${formatCoin(amount)} to ${receiver}`
  const { transactionHash, blockNumber } = await send({ to: receiver, value: amount, label })
  return { amount, txHash: transactionHash, blockNumber }
}

/**
 * Sends RLC.
 *
 * @param sending the amount is in nRLC
 * @throws IexecError `InvalidInput`; `InsufficientFunds` when the wallet has less
 * @example
 * await sendRlc(context, { to: '0x…', amount: parseRlc('5 RLC') })
 */
export async function sendRlc(context: Context, { to, amount }: Sending): Promise<Moved> {
  const { address } = requireSigner(context)
  const receiver = requireReceiver(context, to)
  requireAmount(amount)
  const { nRLC } = await showWallet(context, address)
  if (nRLC < amount) throw tooLittle({ asked: formatRlc(amount), available: formatRlc(nRLC) })
  const { transactionHash, blockNumber } = await writeContract(context, {
    address: context.contracts.rlc,
    abi: rlcItems.transfer,
    functionName: 'transfer',
    args: [receiver, amount],
    label: `send ${formatRlc(amount)} to ${receiver}`,
  })
  return { amount, txHash: transactionHash, blockNumber }
}

function tooLittle({ asked, available }: { readonly asked: string; readonly available: string }): IexecError {
  return new IexecError('InsufficientFunds', `${asked} cannot be sent: the wallet has ${available}.`, {
    hints: ['Send less, or bring more to the wallet first.'],
    details: { asked, available },
  })
}

// Brings RLC from the wallet to the market.
import { formatRlc, isSameAddress } from '@iexec/protocol'
import * as hubItems from '@iexec/protocol/abi/hub'
import * as rlcItems from '@iexec/protocol/abi/rlc'
import type { Address } from 'viem'
import { requireHolder } from '../asset/requireAsset.ts'
import { readContract } from '../call/readContract.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context, Executed } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'

/** What was moved, in nRLC, and by which transaction. */
export type Moved = Executed & { readonly amount: bigint }

/** Where a deposit goes. */
export type DepositOptions = {
  /** Whose account gets it, such as that of the contract that owns a workerpool; left out, that of the signer. */
  readonly to?: Address
}

/**
 * Brings RLC from the wallet of the signer to his account on the market, in one transaction (`approveAndCall` of the token); to
 * somebody else's in two.
 *
 * @param amount nRLC, more than 0
 * @throws IexecError `InsufficientFunds` when the wallet has less, `InvalidInput` when the amount is not above 0, or `to` is a
 * contract of the market
 * @example
 * await depositStake(context, parseRlc('10 RLC')) // { amount: 10_000_000_000n, txHash: '0x…', blockNumber: 7n }
 */
export async function depositStake(context: Context, amount: bigint, { to }: DepositOptions = {}): Promise<Moved> {
  const { address } = requireSigner(context)
  const receiver = to === undefined ? address : requireHolder(context, to)
  requireAmount(amount)
  const { hub, rlc } = context.contracts
  const wallet = await readContract(context, {
    address: rlc,
    abi: rlcItems.balanceOf,
    functionName: 'balanceOf',
    args: [address],
  })
  if (wallet < amount) {
    throw new IexecError(
      'InsufficientFunds',
      `${formatRlc(amount)} cannot be deposited: the wallet has ${formatRlc(wallet)}.`,
      {
        hints: ['Deposit less, or bring RLC to the wallet first.'],
        details: { account: address, asked: amount, available: wallet },
      },
    )
  }
  if (!isSameAddress(receiver, address)) return depositFor(context, receiver, amount)
  const { transactionHash, blockNumber } = await writeContract(context, {
    address: rlc,
    abi: rlcItems.approveAndCall,
    functionName: 'approveAndCall',
    args: [hub, amount, '0x'],
    label: `deposit ${formatRlc(amount)}`,
  })
  return { amount, txHash: transactionHash, blockNumber }
}

/** The hub takes what it is allowed to; nothing of that is left behind. */
async function depositFor(context: Context, to: Address, amount: bigint): Promise<Moved> {
  const { hub, rlc } = context.contracts
  await writeContract(context, {
    address: rlc,
    abi: rlcItems.approve,
    functionName: 'approve',
    args: [hub, amount],
    label: `allow the market to take ${formatRlc(amount)}`,
  })
  const { transactionHash, blockNumber } = await writeContract(context, {
    address: hub,
    abi: hubItems.depositFor,
    functionName: 'depositFor',
    args: [amount, to],
    label: `deposit ${formatRlc(amount)} for ${to}`,
  })
  return { amount, txHash: transactionHash, blockNumber }
}

/** @throws IexecError `InvalidInput` */
export function requireAmount(amount: bigint): void {
  const isAmount = typeof amount === 'bigint'
  if (isAmount && amount > 0n) return
  const why = isAmount ? 'give one above 0' : "give a bigint, such as parseRlc('5 RLC')"
  throw new IexecError('InvalidInput', `The amount "${amount}" cannot be moved: ${why}.`, {
    details: { code: 'InvalidAmount', given: amount },
  })
}

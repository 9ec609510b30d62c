// Lets others spend RLC of the wallet, as ERC-20 has it: a sponsor's contract, or any other.
import { formatRlc } from '@iexec/protocol'
import * as rlcItems from '@iexec/protocol/abi/rlc'
import type { Address } from 'viem'
import { requireAddress } from '../asset/requireAsset.ts'
import { readContract } from '../call/readContract.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context, Executed } from '../context.ts'
import { requireAmount } from './depositStake.ts'

/** Who may spend of whose wallet. */
export type Allowance = { readonly owner: Address; readonly spender: Address }

/**
 * How much a spender may take out of a wallet, in nRLC.
 *
 * @throws IexecError `InvalidInput`
 * @example
 * await showAllowance(context, { owner: '0x…', spender: '0x…' }) // 7n
 */
export async function showAllowance(context: Context, { owner, spender }: Allowance): Promise<bigint> {
  return readContract(context, {
    address: context.contracts.rlc,
    abi: rlcItems.allowance,
    functionName: 'allowance',
    args: [requireAddress(owner), requireAddress(spender)],
  })
}

/**
 * Lets a spender take RLC out of the signer's wallet; it replaces what he was allowed before.
 *
 * @param amount nRLC, more than 0
 * @throws IexecError `InvalidInput`, `NoSigner`
 */
export async function approveSpender(context: Context, spender: Address, amount: bigint): Promise<Executed> {
  requireAmount(amount)
  return allow(context, { spender, amount, label: `allow ${spender} to spend ${formatRlc(amount)}` })
}

/**
 * Takes back what a spender was allowed.
 *
 * @throws IexecError `InvalidInput`, `NoSigner`
 */
export async function revokeSpender(context: Context, spender: Address): Promise<Executed> {
  return allow(context, { spender, amount: 0n, label: `forbid ${spender} to spend` })
}

type Allowing = { readonly spender: Address; readonly amount: bigint; readonly label: string }

async function allow(context: Context, { spender, amount, label }: Allowing): Promise<Executed> {
  const { transactionHash, blockNumber } = await writeContract(context, {
    address: context.contracts.rlc,
    abi: rlcItems.approve,
    functionName: 'approve',
    args: [requireAddress(spender), amount],
    label,
  })
  return { txHash: transactionHash, blockNumber }
}

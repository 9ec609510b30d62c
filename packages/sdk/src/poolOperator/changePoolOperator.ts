// What the cold owner of a workerpool does: name and revoke operators, set their limits, withdraw.
import { formatRlc, type OrderLimits } from '@iexec/protocol'
import * as operatorItems from '@iexec/protocol/abi/poolOperator'
import type { Address } from 'viem'
import { requireAmount, type Moved } from '../account/depositStake.ts'
import { requireAddress, requireHolder } from '../asset/requireAsset.ts'
import { readContract } from '../call/readContract.ts'
import { writeContract } from '../call/writeContract.ts'
import type { Context, Executed } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { requireSigner } from '../signer/signer.ts'
import { operatorOf } from './showPoolOperator.ts'

/**
 * Lets a key operate a workerpool whose contract belongs to the signer.
 *
 * @throws IexecError `NotFound`, `NotOwner`; `Refused` for a key that is an operator, or was revoked
 * @example
 * await addOperator(context, pool, '0x…')
 */
export async function addOperator(context: Context, workerpool: Address, operator: Address): Promise<Executed> {
  const address = await requireCold(context, workerpool)
  const { transactionHash, blockNumber } = await writeContract(context, {
    address,
    abi: operatorItems.addOperator,
    functionName: 'addOperator',
    args: [requireHolder(context, operator)],
    label: `make ${operator} an operator of the workerpool`,
  })
  return { txHash: transactionHash, blockNumber }
}

/**
 * Takes the workerpool out of the hand of a key, for good: all that it signed is worth nothing from then on.
 *
 * @throws IexecError `NotFound`, `NotOwner`; `Refused` for who is no operator
 * @example
 * await revokeOperator(context, pool, '0x…')
 */
export async function revokeOperator(context: Context, workerpool: Address, operator: Address): Promise<Executed> {
  const address = await requireCold(context, workerpool)
  const { transactionHash, blockNumber } = await writeContract(context, {
    address,
    abi: operatorItems.revokeOperator,
    functionName: 'revokeOperator',
    args: [requireAddress(operator)],
    label: `revoke the operator ${operator} of the workerpool`,
  })
  return { txHash: transactionHash, blockNumber }
}

/**
 * Sets what orders of operators may offer, those that are signed already included.
 *
 * @throws IexecError `NotFound`, `NotOwner`, `InvalidInput`
 * @example
 * await changeLimits(context, pool, { ...(await showPoolOperator(context, pool)).limits, maxVolume: 10n })
 */
export async function changeLimits(context: Context, workerpool: Address, limits: OrderLimits): Promise<Executed> {
  const address = await requireCold(context, workerpool)
  const { transactionHash, blockNumber } = await writeContract(context, {
    address,
    abi: operatorItems.setLimits,
    functionName: 'setLimits',
    args: [limits],
    label: 'change the limits of the operators of the workerpool',
  })
  return { txHash: transactionHash, blockNumber }
}

/**
 * Brings RLC that a workerpool has free on the market to a wallet.
 *
 * @param to the signer when left out
 * @throws IexecError `NotFound`, `NotOwner`, `InvalidInput`; `Refused` when less is free
 * @example
 * await withdrawFromPool(context, pool, { amount: 7n })
 */
export async function withdrawFromPool(
  context: Context,
  workerpool: Address,
  { amount, to }: { readonly amount: bigint; readonly to?: Address },
): Promise<Moved> {
  requireAmount(amount)
  const address = await requireCold(context, workerpool)
  const { transactionHash, blockNumber } = await writeContract(context, {
    address,
    abi: operatorItems.withdraw,
    functionName: 'withdraw',
    args: [amount, requireHolder(context, to ?? requireSigner(context).address)],
    label: `withdraw ${formatRlc(amount)} of the workerpool`,
  })
  return { amount, txHash: transactionHash, blockNumber }
}

/** The contract of a workerpool, if it is the signer's. */
async function requireCold(context: Context, workerpool: Address): Promise<Address> {
  const { address: signer } = requireSigner(context)
  const address = await operatorOf(context, requireAddress(workerpool))
  const owner = await readContract(context, { address, abi: operatorItems.owner, functionName: 'owner' })
  if (owner.toLowerCase() === signer.toLowerCase()) return address
  throw new IexecError(
    'NotOwner',
    `The contract ${address}, which owns the workerpool, belongs to ${owner}, not to ${signer}.`,
    {
      hints: ['Use the wallet of its owner.'],
      details: { workerpool, address, owner, signer },
    },
  )
}

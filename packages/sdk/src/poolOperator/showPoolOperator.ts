// The contract that owns a workerpool: whose it is, who operates it, what its orders may offer, and what it has.
import type { OrderLimits } from '@iexec/protocol'
import * as operatorItems from '@iexec/protocol/abi/poolOperator'
import type { Address } from 'viem'
import { showAccount } from '../account/showAccount.ts'
import { ownerOf, requireAddress } from '../asset/requireAsset.ts'
import { readContract } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'

/** A contract that owns a workerpool. */
export type PoolOperator = {
  readonly workerpool: Address
  readonly address: Address
  /** Who alone reaches the money. */
  readonly owner: Address
  readonly operators: readonly Address[]
  readonly limits: OrderLimits
  /** nRLC on the market that are free, and that deals hold. */
  readonly stake: bigint
  readonly locked: bigint
}

/**
 * The contract that owns a workerpool.
 *
 * @throws IexecError `NotFound` when there is no such workerpool, or a person owns it
 * @example
 * (await showPoolOperator(context, pool)).operators // ['0x…']
 */
export async function showPoolOperator(context: Context, workerpool: Address): Promise<PoolOperator> {
  const address = await operatorOf(context, requireAddress(workerpool))
  const [owner, operators, limits, { stake, locked }] = await Promise.all([
    readContract(context, { address, abi: operatorItems.owner, functionName: 'owner' }),
    readContract(context, { address, abi: operatorItems.operators, functionName: 'operators' }),
    readContract(context, { address, abi: operatorItems.limits, functionName: 'limits' }),
    showAccount(context, address),
  ])
  return { workerpool: requireAddress(workerpool), address, owner, operators, limits, stake, locked }
}

/**
 * The address of the contract that owns a workerpool.
 *
 * @throws IexecError `NotFound`
 */
export async function operatorOf(context: Context, workerpool: Address): Promise<Address> {
  const address = await ownerOf(context, 'workerpool', workerpool)
  const its = await readContract(context, {
    address,
    abi: operatorItems.workerpool,
    functionName: 'workerpool',
  }).catch((error: unknown) => {
    if (error instanceof IexecError && (error.code === 'NotFound' || error.code === 'Refused')) return undefined
    throw error
  })
  if (its?.toLowerCase() === workerpool.toLowerCase()) return address
  throw new IexecError(
    'NotFound',
    `The workerpool ${workerpool} belongs to ${address}, which is no contract for operators.`,
    {
      hints: ['Its owner can make one: operators.deploy, or iexec workerpool operator deploy.'],
      details: { workerpool, owner: address },
    },
  )
}

// Changes something on chain: tried without a trace first, so that nobody signs what the contracts would refuse.
import {
  encodeFunctionData,
  numberToHex,
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type TransactionReceipt,
} from 'viem'
import type { Context } from '../context.ts'
import { requireSigner } from '../signer/signer.ts'
import { call } from './readContract.ts'

/** A function of a contract that changes something. */
export type ContractWrite<
  A extends Abi,
  Name extends ContractFunctionName<A, 'nonpayable' | 'payable'>,
  Args extends ContractFunctionArgs<A, 'nonpayable' | 'payable', Name>,
> = {
  readonly address: Address
  readonly abi: A
  readonly functionName: Name
  readonly args?: Args
  /** In wei. */
  readonly value?: bigint
  /** What it is for, in a few words. */
  readonly label: string
}

/**
 * Sends a transaction to a contract, and returns its receipt when it counts.
 *
 * @throws IexecError `NoSigner`; `Refused` with the words of the contract, before anything is signed where the chain can tell;
 * whatever `Signer.send` throws
 * @example
 * await writeContract(context, { address: hub, abi: hubItems.withdraw, functionName: 'withdraw', args: [7n], label: 'withdraw 7 nRLC' })
 */
export async function writeContract<
  const A extends Abi,
  Name extends ContractFunctionName<A, 'nonpayable' | 'payable'>,
  const Args extends ContractFunctionArgs<A, 'nonpayable' | 'payable', Name>,
>(
  context: Context,
  { address, abi, functionName, args, value, label }: ContractWrite<A, Name, Args>,
): Promise<TransactionReceipt> {
  const signer = requireSigner(context)
  const data = encodeFunctionData({ abi, functionName, args } as never)
  const amount = value === undefined ? {} : { value: numberToHex(value) }
  await call(context.request, { from: signer.address, to: address, data, ...amount })
  return signer.send({ to: address, data, label, ...(value === undefined ? {} : { value }) })
}

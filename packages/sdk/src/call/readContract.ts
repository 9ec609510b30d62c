// Asks a contract, through nothing but EIP-1193.
import {
  decodeFunctionResult,
  encodeFunctionData,
  type Abi,
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  type Hex,
} from 'viem'
import type { Request } from '../context.ts'
import { IexecError } from '../error/iexecError.ts'
import { originOf, revertData, wordsOf } from './revertData.ts'

/** A function of a contract that only looks. */
export type ContractRead<
  A extends Abi,
  Name extends ContractFunctionName<A, 'pure' | 'view'>,
  Args extends ContractFunctionArgs<A, 'pure' | 'view', Name>,
> = {
  readonly address: Address
  readonly abi: A
  readonly functionName: Name
  readonly args?: Args
}

/**
 * Asks a contract. Several at the same moment travel together where the way to the chain can do that.
 *
 * @throws IexecError `Refused` when the contract refuses, `NotFound` when nothing stands at the address, `ChainUnreachable`
 * @example
 * await readContract(context, { address: context.contracts.hub, abi: hubItems.countCategory, functionName: 'countCategory' }) // 5n
 */
export async function readContract<
  const A extends Abi,
  Name extends ContractFunctionName<A, 'pure' | 'view'>,
  const Args extends ContractFunctionArgs<A, 'pure' | 'view', Name>,
>(
  { request }: { readonly request: Request },
  { address, abi, functionName, args }: ContractRead<A, Name, Args>,
): Promise<ContractFunctionReturnType<A, 'pure' | 'view', Name, Args>> {
  const data = encodeFunctionData({ abi, functionName, args } as never)
  const result = await call(request, { to: address, data })
  if (result === '0x') {
    throw new IexecError('NotFound', `There is no such contract at ${address}: it does not answer ${functionName}().`, {
      details: { address, functionName },
    })
  }
  return decodeFunctionResult({ abi, functionName, args, data: result } as never) as ContractFunctionReturnType<
    A,
    'pure' | 'view',
    Name,
    Args
  >
}

/** What a call is made of. */
export type Call = { readonly to: Address; readonly data: Hex; readonly from?: Address; readonly value?: Hex }

/**
 * Lets the chain carry out a call without a trace.
 *
 * @throws IexecError `Refused` with the words of the contract, `ChainUnreachable`
 */
export async function call(request: Request, transaction: Call): Promise<Hex> {
  return ask(request, 'eth_call', [transaction, 'latest'])
}

/**
 * Asks the node, or the wallet. Every question whose failure is not dealt with goes through here, so that each has a code.
 *
 * @throws IexecError `Refused` with the words of the contract, `ChainUnreachable` with those of the node
 * @example
 * hexToBigInt(await ask(request, 'eth_gasPrice'))
 */
export async function ask<Answer = Hex>(
  request: Request,
  method: string,
  params: readonly unknown[] = [],
): Promise<Answer> {
  try {
    return (await request({ method, params })) as Answer
  } catch (cause) {
    throw (await asRefusal(cause)) ?? asUnreachable(cause)
  }
}

/** The words of the contract that refused; `undefined` when it was something else. */
async function asRefusal(cause: unknown): Promise<IexecError | undefined> {
  const data = revertData(cause)
  if (data === undefined) return undefined
  // The words of a hundred errors are loaded when there is one.
  const { explainRevert } = await import('@iexec/protocol/errors')
  const { name, args, sentence, hint } = explainRevert(data)
  return new IexecError('Refused', `The contracts refuse: ${sentence}.`, {
    hints: hint === undefined ? [] : [hint],
    details: { name, args },
    cause,
  })
}

/** A way to the chain that failed, in the words of the node. */
export function asUnreachable(cause: unknown): IexecError {
  if (cause instanceof IexecError) return cause
  const origin = originOf(cause)
  const place = origin === undefined ? '' : ` at ${origin}`
  return new IexecError('ChainUnreachable', `The chain does not answer${place}: ${wordsOf(cause)}`, {
    hints: ['Look whether the node runs and whether its URL is right; then try again.'],
    details: { origin },
    cause,
  })
}

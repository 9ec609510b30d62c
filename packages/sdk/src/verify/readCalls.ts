// What a transaction asked of the hub: the calls in it, one by one, when it called the hub by itself.
import { isSameAddress } from '@iexec/protocol'
import * as hubItems from '@iexec/protocol/abi/hub'
import { decodeFunctionData, type Abi, type Address, type Hex } from 'viem'
import { ask } from '../call/readContract.ts'
import type { Context } from '../context.ts'

/** One call of the hub. */
export type HubCall = { readonly name: string; readonly args: readonly unknown[] }

/** Who called the hub, and how; no calls when another contract did it for him. */
export type HubCalls = { readonly from: Address; readonly calls: readonly HubCall[] }

type RpcTransaction = { readonly from: Address; readonly to: Hex | null; readonly input: Hex }

/**
 * The calls in a transaction that some functions of the hub know.
 *
 * @throws IexecError `ChainUnreachable`
 * @example
 * const { calls } = await readCalls(context, txHash, MATCH_ABI)
 */
export async function readCalls(context: Context, hash: Hex, abi: Abi): Promise<HubCalls> {
  const transaction = await ask<RpcTransaction | null>(context.request, 'eth_getTransactionByHash', [hash])
  const { from = '0x', to = null, input = '0x' } = transaction ?? {}
  if (to === null || !isSameAddress(to, context.contracts.hub)) return { from, calls: [] }
  const batch = decode(hubItems.multicall, input)
  const [inputs = [input]] = (batch?.args ?? []) as readonly [(readonly Hex[])?]
  return { from, calls: inputs.flatMap((one) => decode(abi, one) ?? []) }
}

function decode(abi: Abi, data: Hex): HubCall | undefined {
  try {
    const { functionName, args = [] } = decodeFunctionData({ abi, data })
    return { name: functionName, args }
  } catch {
    return undefined
  }
}

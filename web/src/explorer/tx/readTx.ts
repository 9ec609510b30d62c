// A transaction as the node of the chain tells it: what was sent, and what came of it.
import type { Address, Hex } from 'viem'
import { askNode } from '../../read/askNode.ts'
import { findOurs } from '../../read/contracts.ts'
import type { Chain } from '../../site/config.ts'
import { eventsOf, functionOf, writersOf, type RpcLog, type TxEvent } from './events.ts'

type RpcTransaction = {
  readonly from: Address
  readonly to: Address | null
  readonly value: Hex
  readonly gas: Hex
  readonly nonce: Hex
  readonly input: Hex
}
type RpcReceipt = {
  readonly status?: Hex
  readonly blockNumber: Hex
  readonly gasUsed: Hex
  readonly effectiveGasPrice?: Hex
  readonly contractAddress?: Address | null
  readonly logs: readonly RpcLog[]
}

/** A transaction. */
export type Tx = {
  readonly hash: Hex
  readonly from: Address
  readonly to: Address | undefined
  /** Wei. */
  readonly value: bigint
  readonly nonce: number
  readonly gasLimit: number
  readonly input: Hex
  /** The function that it calls, where the contract is one of ours. */
  readonly called: string | undefined
  /** `undefined` as long as no block has it. */
  readonly mined: Mined | undefined
}

/** What came of a transaction. */
export type Mined = {
  readonly isSuccess: boolean
  readonly block: number
  /** Seconds since 1970. */
  readonly at: number
  readonly gasUsed: number
  /** Wei. */
  readonly gasPrice: bigint
  readonly created: Address | undefined
  readonly events: readonly TxEvent[]
}

/**
 * Reads a transaction; `undefined` when the node knows none of this hash.
 *
 * @throws Fault when the node does not answer
 */
export async function readTx(chain: Chain, hash: Hex, signal?: AbortSignal): Promise<Tx | undefined> {
  const ask = async <Answer>(method: string, ...params: readonly unknown[]): Promise<Answer> =>
    askNode<Answer>(chain, { method, params, ...(signal === undefined ? {} : { signal }) })
  const [sent, receipt] = await Promise.all([
    ask<RpcTransaction | null>('eth_getTransactionByHash', hash),
    ask<RpcReceipt | null>('eth_getTransactionReceipt', hash),
  ])
  if (sent === null) return undefined
  const called = functionOf(sent.input)
  const [block, ours] = await Promise.all([
    receipt === null
      ? null
      : ask<{ readonly timestamp: Hex } | null>('eth_getBlockByNumber', receipt.blockNumber, false),
    findOurs(chain, [
      ...(sent.to === null || called === undefined ? [] : [sent.to]),
      ...(receipt === null ? [] : writersOf(receipt.logs)),
    ]),
  ])
  return {
    hash,
    from: sent.from,
    to: sent.to ?? undefined,
    value: BigInt(sent.value),
    nonce: Number(sent.nonce),
    gasLimit: Number(sent.gas),
    input: sent.input,
    called: sent.to !== null && ours.has(sent.to.toLowerCase()) ? called : undefined,
    mined: receipt === null ? undefined : minedOf(receipt, { at: Number(block?.timestamp ?? 0), ours }),
  }
}

function minedOf(
  receipt: RpcReceipt,
  { at, ours }: { readonly at: number; readonly ours: ReadonlySet<string> },
): Mined {
  return {
    isSuccess: receipt.status !== '0x0',
    block: Number(receipt.blockNumber),
    at,
    gasUsed: Number(receipt.gasUsed),
    gasPrice: BigInt(receipt.effectiveGasPrice ?? 0),
    created: receipt.contractAddress ?? undefined,
    events: eventsOf(receipt.logs, ours),
  }
}

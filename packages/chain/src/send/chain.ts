// What a sender reads from the chain.
import { explainRevert, type RevertExplanation } from '@iexec/protocol/errors'
import { numberToHex, TransactionReceiptNotFoundError, type Hash, type TransactionReceipt } from 'viem'
import {
  call,
  estimateMaxPriorityFeePerGas,
  getBlock,
  getGasPrice,
  getTransactionCount,
  getTransactionReceipt,
} from 'viem/actions'
import type { SendClient } from './command.ts'
import type { Fees } from './fees.ts'
import type { Call, Sight, Slot } from './flight.ts'
import { isBusy, revertDataOf } from './words.ts'

/** So many blocks are read at once when somebody else's transaction is looked for. */
const BLOCKS_AT_ONCE = 16n

/**
 * Looks at the chain: how far it is, how far it has come with this key, and what gas costs.
 *
 * The block comes first: what is counted holds as of that block or a later one, so that nothing seems to wait for longer than
 * it does. What is counted and what gas costs are asked at once, so that a client that batches sends few requests however much
 * is in flight.
 *
 * @example
 * const sight = await lookAt(client, Date.now)
 */
export async function lookAt(client: SendClient, now: () => number): Promise<Sight & { readonly gasLimit: bigint }> {
  const { address } = client.account
  const { number, baseFeePerGas, gasLimit } = await getBlock(client, { blockTag: 'latest' })
  const [latest, pending, fees] = await Promise.all([
    getTransactionCount(client, { address, blockTag: 'latest' }),
    getTransactionCount(client, { address, blockTag: 'pending' }),
    readFees(client, baseFeePerGas),
  ])
  return { at: { ms: now(), block: number }, latest, pending: Math.max(latest, pending), fees, gasLimit }
}

/** Twice the base fee outlasts six full blocks; what is not needed is not paid. */
async function readFees(client: SendClient, baseFee: bigint | null): Promise<Fees> {
  if (baseFee === null) return { type: 'legacy', gasPrice: await getGasPrice(client) }
  const maxPriorityFeePerGas = await estimateMaxPriorityFeePerGas(client)
  return { type: 'eip1559', maxFeePerGas: 2n * baseFee + maxPriorityFeePerGas, maxPriorityFeePerGas }
}

/**
 * How much gas a call takes; it throws what the node says when the call would fail.
 *
 * @example
 * await askGas(client, { to, data, value: 0n })
 */
export async function askGas(client: SendClient, { to, data, value, gas }: Partial<Call>): Promise<bigint> {
  // viem's own action would ask for nonce, fees and chain first, which nobody needs here.
  const estimate = await client.request({
    method: 'eth_estimateGas',
    params: [
      {
        from: client.account.address,
        ...(to !== undefined && { to }),
        ...(data !== undefined && { data }),
        ...(value !== undefined && { value: numberToHex(value) }),
        ...(gas !== undefined && { gas: numberToHex(gas) }),
      },
    ],
  })
  return BigInt(estimate)
}

/**
 * The receipt of the one form that was mined, of all that were ever signed; `undefined` when none was.
 *
 * @example
 * const receipt = await findReceipt(client, slot)
 */
export async function findReceipt(client: SendClient, { signed }: Slot): Promise<TransactionReceipt | undefined> {
  const receipts = await Promise.all(signed.map(async (hash) => askReceipt(client, hash)))
  return receipts.find((receipt) => receipt !== undefined)
}

async function askReceipt(client: SendClient, hash: Hash): Promise<TransactionReceipt | undefined> {
  try {
    return await getTransactionReceipt(client, { hash })
  } catch (cause) {
    if (cause instanceof TransactionReceiptNotFoundError) return undefined
    throw cause
  }
}

/**
 * Which transaction took a nonce of this key, in these blocks, both included.
 *
 * @example
 * await findTaker(client, 7, { from: 100n, to: 102n }) // '0x…', or undefined when it is in none of them
 */
export async function findTaker(
  client: SendClient,
  nonce: number,
  { from, to }: { readonly from: bigint; readonly to: bigint },
): Promise<{ readonly hash: Hash; readonly block: bigint } | undefined> {
  const sender = client.account.address.toLowerCase()
  for (let first = from; first <= to; first += BLOCKS_AT_ONCE) {
    const length = Number(to - first < BLOCKS_AT_ONCE ? to - first + 1n : BLOCKS_AT_ONCE)
    const numbers = Array.from({ length }, (_, place) => first + BigInt(place))
    const blocks = await Promise.all(
      numbers.map(async (blockNumber) => getBlock(client, { blockNumber, includeTransactions: true })),
    )
    const taker = blocks
      .flatMap(({ transactions }) => transactions)
      .find((transaction) => transaction.nonce === nonce && transaction.from.toLowerCase() === sender)
    if (taker !== undefined) return { hash: taker.hash, block: taker.blockNumber }
  }
  return undefined
}

/**
 * Why a transaction failed in its block: the call is repeated on the state after the block, and when it succeeds there on the
 * state before it.
 *
 * @example
 * await explainFailure(client, slot.call, receipt) // { kind: 'error', name: 'TaskNotActive', … }
 */
export async function explainFailure(
  client: SendClient,
  { to, data, value, gas }: Call,
  { blockNumber }: TransactionReceipt,
): Promise<RevertExplanation> {
  for (const state of [blockNumber, blockNumber - 1n]) {
    try {
      await call(client, { account: client.account.address, to, data, value, gas, blockNumber: state })
    } catch (cause) {
      if (isBusy(cause)) throw cause
      const reason = revertDataOf(cause)
      if (reason !== undefined) return explainRevert(reason)
    }
  }
  return explainRevert('0x')
}

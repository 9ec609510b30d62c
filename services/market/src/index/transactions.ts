// The transactions that caused events, with what they cost.
import { Unsettled } from '@iexec/chain'
import { toWide } from '@iexec/service'
import {
  BaseError,
  MethodNotFoundRpcError,
  MethodNotSupportedRpcError,
  toHex,
  type Address,
  type Client,
  type Hash,
  type Hex,
} from 'viem'
import type { TxTable } from '../db/schema.ts'
import { asCount } from './sanitise.ts'

type RawTransaction = {
  readonly hash: Hash
  readonly from: Address
  readonly to: Address | null
  readonly value: Hex
  readonly gas: Hex
  readonly gasPrice?: Hex
}
type RawReceipt = {
  readonly transactionHash: Hash
  readonly blockHash: Hash
  readonly gasUsed: Hex
  readonly effectiveGasPrice?: Hex
}

/** A block, and which of its transactions are wanted. */
export type WantedTransactions = {
  readonly number: number
  readonly hash: Hash
  readonly timestamp: number
  readonly hashes: readonly Hash[]
}

/** From this many on, all of a block are read at once. */
const MANY = 2

/** So many blocks are asked for at the same time. More would come in one answer, which may be too large. */
const AT_ONCE = 8

/** Reads transactions of blocks; one list for each block. */
export type TransactionReader = (wanted: readonly WantedTransactions[]) => Promise<readonly (readonly TxTable[])[]>

/**
 * Makes a reader of transactions. It learns whether the node knows `eth_getBlockReceipts`.
 *
 * @example
 * const readTransactions = transactionReader(client)
 * const [rows] = await readTransactions([{ number, hash, timestamp, hashes }])
 */
export function transactionReader(client: Client): TransactionReader {
  let knowsBlockReceipts = true
  const request = async <Answer>(method: string, params: readonly unknown[]): Promise<Answer> =>
    (await client.request({ method, params } as never)) as Answer
  const readReceipt = async (hash: Hash): Promise<RawReceipt | null> =>
    request<RawReceipt | null>('eth_getTransactionReceipt', [hash])

  const readReceipts = async ({ number, hashes }: WantedTransactions): Promise<readonly (RawReceipt | null)[]> => {
    if (hashes.length >= MANY && knowsBlockReceipts) {
      try {
        return (await request<readonly RawReceipt[] | null>('eth_getBlockReceipts', [toHex(number)])) ?? []
      } catch (error) {
        if (!isUnknownMethod(error)) throw error
        knowsBlockReceipts = false
      }
    }
    return Promise.all(hashes.map(readReceipt))
  }

  const readSent = async ({ hash, hashes }: WantedTransactions): Promise<readonly (RawTransaction | null)[]> => {
    if (hashes.length < MANY) {
      return Promise.all(hashes.map(async (one) => request<RawTransaction | null>('eth_getTransactionByHash', [one])))
    }
    type RawBlock = { readonly transactions: readonly RawTransaction[] } | null
    return (await request<RawBlock>('eth_getBlockByHash', [hash, true]))?.transactions ?? []
  }

  const readBlock = async (wanted: WantedTransactions): Promise<readonly TxTable[]> => {
    if (wanted.hashes.length === 0) return []
    const [sent, receipts] = await Promise.all([readSent(wanted), readReceipts(wanted)])
    return join(wanted, sent, receipts)
  }

  return async (wanted) => {
    const answers: (readonly TxTable[])[] = []
    const entries = wanted.entries()
    const readOneByOne = async (): Promise<void> => {
      for (const [index, block] of entries) answers[index] = await readBlock(block)
    }
    await Promise.all(Array.from({ length: AT_ONCE }, readOneByOne))
    return answers
  }
}

function join(
  { number, hash: block, timestamp, hashes }: WantedTransactions,
  sent: readonly (RawTransaction | null)[],
  receipts: readonly (RawReceipt | null)[],
): readonly TxTable[] {
  const sentOf = new Map(sent.flatMap((one) => (one === null ? [] : [[one.hash.toLowerCase(), one] as const])))
  const receiptOf = new Map(
    receipts.flatMap((one) => (one === null ? [] : [[one.transactionHash.toLowerCase(), one] as const])),
  )
  return hashes.map((hash): TxTable => {
    const [one, receipt] = [sentOf.get(hash), receiptOf.get(hash)]
    if (one === undefined || receipt === undefined || receipt.blockHash.toLowerCase() !== block) {
      throw new Unsettled(`The node does not have the transaction ${hash} in block ${number}.`)
    }
    return {
      hash,
      block: number,
      timestamp,
      sender: one.from.toLowerCase() as Address,
      receiver: one.to === null ? null : (one.to.toLowerCase() as Address),
      value: toWide(BigInt(one.value)),
      gas_limit: asCount(BigInt(one.gas)),
      gas_used: asCount(BigInt(receipt.gasUsed)),
      gas_price: toWide(BigInt(receipt.effectiveGasPrice ?? one.gasPrice ?? '0x0')),
    }
  })
}

/** Said of the method. What a node that is behind says of a block, such as `header not found`, passes. */
const UNKNOWN =
  /method (?:\S+ )?(?:is |was |does )?not (?:be )?(?:found|supported|available|exist|allowed|enabled)|(?:unknown|unsupported|no such) method/iu

function isUnknownMethod(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false
  const known = error.walk(
    (cause) => cause instanceof MethodNotFoundRpcError || cause instanceof MethodNotSupportedRpcError,
  )
  return known !== null || UNKNOWN.test(error.details)
}

// The few questions that following asks a node, without viem's formatting: it would cost more than the node itself.
import { toHex, type Address, type Client, type Hash, type Hex } from 'viem'
import { Unsettled, type BlockRef, type FollowedLog, type LogFilter } from './steps.ts'

/** What is needed of a block's header. */
export type Header = BlockRef & {
  readonly parentHash: Hash
  readonly timestamp: number
  readonly logsBloom: Hex
  readonly transactions: readonly Hash[]
}

/** A log, and the time of its block when the node tells it along with the log. */
export type TimedLog = { readonly log: FollowedLog; readonly timestamp: number | undefined }

/** Which blocks: a range, or one by its hash. */
export type Blocks = { readonly from: number; readonly to: number } | { readonly hash: Hash }

/** Asks one chain, until the signal. Whatever goes wrong is thrown as viem's errors: repeating is up to the caller. */
export type Ask = {
  /** `undefined` when the node does not have the block. */
  readonly header: (block: number | 'latest') => Promise<Header | undefined>
  readonly logs: (filter: LogFilter, blocks: Blocks) => Promise<readonly TimedLog[]>
  /** All logs of a transaction; `undefined` when the node does not have it. */
  readonly receiptLogs: (transaction: Hash) => Promise<readonly TimedLog[] | undefined>
}

type RawHeader = {
  readonly number: Hex
  readonly hash: Hash
  readonly parentHash: Hash
  readonly timestamp: Hex
  readonly logsBloom?: Hex
  readonly transactions?: readonly Hash[]
}

type RawLog = {
  readonly address: Address
  readonly topics: readonly Hex[]
  readonly data: Hex
  readonly blockNumber: Hex | null
  readonly blockHash: Hash | null
  readonly transactionHash: Hash
  readonly logIndex: Hex
  readonly blockTimestamp?: Hex | null
  readonly removed?: boolean
}

/** Makes the questions of a client. */
export function askChain(client: Client, signal: AbortSignal): Ask {
  const request = async <Answer>(method: string, params: readonly unknown[]): Promise<Answer> =>
    (await client.request({ method, params } as never, { signal, retryCount: 0 })) as Answer
  return {
    header: async (block) => {
      const number = block === 'latest' ? block : toHex(block)
      const raw = await request<RawHeader | null>('eth_getBlockByNumber', [number, false])
      if (raw === null) return undefined
      const header = toHeader(raw)
      if (block !== 'latest' && header.number !== block) {
        throw new Unsettled(`The node answered block ${header.number} when it was asked for block ${block}.`)
      }
      return header
    },
    logs: async ({ address, topics }, blocks) => {
      const where =
        'hash' in blocks ? { blockHash: blocks.hash } : { fromBlock: toHex(blocks.from), toBlock: toHex(blocks.to) }
      const raw = await request<readonly RawLog[] | null>('eth_getLogs', [{ ...where, address, topics }])
      if (raw === null) throw new Unsettled('The node answered no list of logs.')
      return toLogs(raw)
    },
    receiptLogs: async (transaction) => {
      const raw = await request<{ readonly logs: readonly RawLog[] } | null>('eth_getTransactionReceipt', [transaction])
      return raw === null ? undefined : toLogs(raw.logs)
    },
  }
}

function toHeader(raw: RawHeader): Header {
  return {
    number: Number(raw.number),
    hash: lower(raw.hash),
    parentHash: lower(raw.parentHash),
    timestamp: Number(raw.timestamp),
    logsBloom: raw.logsBloom ?? '0x',
    transactions: raw.transactions ?? [],
  }
}

function toLogs(raw: readonly RawLog[]): readonly TimedLog[] {
  // What was removed, or is in no block yet, is not on the chain.
  return raw.flatMap((log) => (log.removed === true || log.blockHash === null ? [] : [toLog(log)]))
}

function toLog(raw: RawLog): TimedLog {
  const log = {
    address: lower(raw.address),
    topics: raw.topics.map(lower),
    data: lower(raw.data),
    blockNumber: Number(raw.blockNumber),
    blockHash: lower(raw.blockHash ?? '0x'),
    transactionHash: lower(raw.transactionHash),
    logIndex: Number(raw.logIndex),
  }
  return {
    log,
    timestamp: raw.blockTimestamp === undefined || raw.blockTimestamp === null ? undefined : Number(raw.blockTimestamp),
  }
}

function lower<Value extends Hex>(value: Value): Value {
  return value.toLowerCase() as Value
}

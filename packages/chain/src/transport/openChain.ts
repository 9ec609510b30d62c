// The way to a chain: one viem client over several nodes.
import { createClient, custom, defineChain, type Chain, type Client, type CustomTransport } from 'viem'
import type { WakeUp } from '../follow/steps.ts'
import { batchCalls } from './batch.ts'
import { ChainError } from './chainError.ts'
import { openFailover } from './failover.ts'
import { readChainId, type Notice } from './line.ts'
import { parseTarget, type Fetch, type PostLimits, type RpcTarget } from './postCalls.ts'
import { watchHeads } from './watchHeads.ts'

/** Where the nodes are, and what to expect of them. */
export type ChainOptions = {
  /** HTTP, the preferred one first. */
  readonly rpcUrls: readonly string[]
  /** A websocket that announces new blocks. Nothing is lost when it falls silent. */
  readonly wsUrl?: string | undefined
  /** Which chain it must be; whatever the first node says when left out. */
  readonly chainId?: number | undefined
  /** For one request, its body included; 10,000 when left out. */
  readonly timeoutMs?: number
  /** Larger answers are refused; 16 MiB when left out. */
  readonly maxBodyBytes?: number
  /** The most calls of one request; 100 when left out. */
  readonly batchSize?: number
  /** Of several nodes, one that is further behind than so many blocks for 15 seconds is left out; 5 when left out. */
  readonly maxLag?: number
  /** What sends the requests; the global one when left out. */
  readonly fetch?: Fetch | undefined
  /** Hears, in one sentence, of a node that is left out although it answers, and of its return. */
  readonly onNotice?: Notice | undefined
}

/** A chain that can be asked. */
export type OpenedChain = {
  /**
   * Small calls of one moment travel together; a node that fails is replaced by the next. Only a broadcast is never repeated:
   * when its answer is lost, that is thrown.
   */
  readonly client: Client<CustomTransport, Chain>
  readonly chainId: number
  /** For `followEvents`; only with a `wsUrl`. */
  readonly wakeUp: WakeUp | undefined
}

/**
 * Opens the way to a chain through one or several nodes. Nodes that do not answer now may come later, if the chain is named
 * or another node names it; so may one that later is of another chain or behind the others.
 *
 * @throws ChainError when a URL is none, a node is of another chain, or nobody says which chain it is
 * @example
 * const { client } = await openChain({ rpcUrls: ['https://one.example', 'https://two.example'], chainId: 134 })
 * await getBlockNumber(client)
 */
export async function openChain(options: ChainOptions): Promise<OpenedChain> {
  const { timeoutMs = 10_000, maxBodyBytes = 16 * 1_024 * 1_024, batchSize = 100, wsUrl, maxLag, onNotice } = options
  const targets = options.rpcUrls.map(parseTarget)
  if (targets.length === 0) throw new ChainError('BadUrl', 'There is no URL of a node.')
  const wakeUp = wsUrl === undefined ? undefined : watchHeads(wsUrl)
  const limits = { timeoutMs, maxBodyBytes, fetch: options.fetch }
  const chainId = options.chainId ?? (await findChainId(targets, limits))
  const failover = openFailover({ ...limits, targets, chainId, maxLag, onNotice })
  await failover.checkAll()
  const request = batchCalls(failover, batchSize)
  const client = createClient({
    chain: nameChain(chainId, targets),
    cacheTime: 0,
    pollingInterval: 250,
    // Repeating is the failover's.
    transport: custom({ request }, { retryCount: 0 }),
  })
  return { client, chainId, wakeUp }
}

async function findChainId(targets: readonly RpcTarget[], limits: PostLimits): Promise<number> {
  for (const target of targets) {
    try {
      return await readChainId(target, limits)
    } catch {
      // The next one may answer.
    }
  }
  const origins = targets.map(({ origin }) => origin).join(', ')
  throw new ChainError('Unreachable', `No node says which chain it is of: ${origins}.`)
}

function nameChain(id: number, targets: readonly RpcTarget[]): Chain {
  return defineChain({
    id,
    name: `chain ${id}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    // Without the paths, which may hold keys: viem shows them in errors.
    rpcUrls: { default: { http: targets.map(({ origin }) => origin) } },
  })
}

// The way to a chain: its nodes are asked until one tells of it and of its market; they may come later than this service.
import { ChainError, openChain, type OpenedChain, type WakeUp } from '@iexec/chain'
import { pause, sayWhy, whenAborted } from '@iexec/service'
import type { Logger } from 'pino'
import { BaseError, HttpRequestError, createClient, custom, defineChain, type Client } from 'viem'
import type { ChainConfig } from './config.ts'
import { findContracts } from './contracts.ts'
import type { MarketContracts } from './market.ts'

/** A chain whose nodes have answered, and the contracts of the market on it. */
export type ReachedChain = OpenedChain & { readonly contracts: MarketContracts }

/** Which chain, how patient to be, and who hears of it. */
export type ReachOptions = {
  readonly chain: ChainConfig
  readonly rpcTimeoutMs: number
  readonly log: Logger
  /** Called at the first failure. */
  readonly onFailure: () => void
  readonly signal: AbortSignal
}

/**
 * Asks the nodes until one tells of the chain and its contracts.
 *
 * @throws Error in one sentence when the settings are wrong: no hub at the address, nodes of different chains; the signal's
 * reason when it aborts before
 */
export async function reachChain(options: ReachOptions): Promise<ReachedChain> {
  const { log, onFailure, signal } = options
  const nodes = originsOf(options.chain)
  let told = ''
  for (let pauseMs = 250; ; pauseMs = Math.min(5000, pauseMs * 2)) {
    try {
      const reached = await unlessAborted(reachOnce(options), signal)
      if (told !== '') log.info({ nodes, chainId: reached.chainId }, 'A node answers now.')
      return reached
    } catch (error) {
      if (!isOfNode(error)) throw error
      const why = sayWhy(error)
      if (why !== told) log.warn({ nodes }, `${why} It is asked again.`)
      told = why
      onFailure()
      await pause(pauseMs, signal)
    }
  }
}

async function reachOnce({ chain, rpcTimeoutMs: timeoutMs, log }: ReachOptions): Promise<ReachedChain> {
  const { rpcUrls, wsUrl, hub } = chain
  const onNotice = (sentence: string): void => {
    log.warn(sentence)
  }
  const opened = await openChain({ rpcUrls, wsUrl, timeoutMs, onNotice })
  return { ...opened, contracts: await findContracts(opened.client, hub) }
}

/** Does not wait for a node that never answers when nobody wants its answer any more. */
async function unlessAborted<Answer>(answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  await Promise.race([answer, whenAborted(signal)])
  signal.throwIfAborted()
  return answer
}

/** Errors of the settings are no errors of a node; those of viem are. */
function isOfNode(error: unknown): boolean {
  return error instanceof ChainError ? error.code === 'Unreachable' : error instanceof BaseError
}

/** The nodes without what may be secret in their addresses. */
export function originsOf({ rpcUrls }: Pick<ChainConfig, 'rpcUrls'>): readonly string[] {
  return rpcUrls.map((url) => new URL(url).origin)
}

/**
 * A chain that is known before a node answers: until then, every question fails like one to a node that is not there.
 *
 * @param reached whatever is asked afterwards goes this way; nothing is, when it rejects
 * @example
 * const { client } = openLater(134, reachChain(options))
 */
export function openLater(
  chainId: number,
  reached: Promise<OpenedChain>,
): Pick<OpenedChain, 'chainId' | 'wakeUp'> & { readonly client: Client } {
  let opened: OpenedChain | undefined
  const open = async (): Promise<void> => {
    opened = await reached.catch(() => undefined)
  }
  const opening = open()
  const request = async (call: { readonly method: string; readonly params?: unknown }): Promise<unknown> => {
    if (opened === undefined) throw new HttpRequestError({ url: '', details: 'No node has answered yet.' })
    return opened.client.request(call as never)
  }
  const wakeLater = async (...[wake, signal]: Parameters<WakeUp>): Promise<void> => {
    await opening
    wake()
    opened?.wakeUp?.(wake, signal)
  }
  const wakeUp: WakeUp = (wake, signal) => {
    void wakeLater(wake, signal)
  }
  const nativeCurrency = { name: 'Ether', symbol: 'ETH', decimals: 18 }
  const chain = defineChain({
    id: chainId,
    name: `chain ${chainId}`,
    nativeCurrency,
    rpcUrls: { default: { http: [] } },
  })
  const client = createClient({
    chain,
    cacheTime: 0,
    pollingInterval: 250,
    transport: custom({ request }, { retryCount: 0 }),
  })
  return { chainId, client, wakeUp }
}

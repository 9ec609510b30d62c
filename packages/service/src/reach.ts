// The way to a chain: its nodes are asked until one tells of it; they may come later than this service.
import { ChainError, openChain, type OpenedChain, type WakeUp } from '@iexec/chain'
import type { Logger } from 'pino'
import { BaseError, HttpRequestError, createClient, custom, defineChain, type Client } from 'viem'
import { pause, whenAborted } from './lead/session.ts'
import { quickFetch } from './quickFetch.ts'
import { sayWhy } from './sayWhy.ts'

/** Which nodes, how patient to be, what to ask first, and who hears of it. */
export type ReachOptions<Found> = {
  /** Tried in this order. */
  readonly rpcUrls: readonly string[]
  readonly wsUrl?: string | undefined
  /** How long one request to a node may take. */
  readonly rpcTimeoutMs: number
  readonly log: Logger
  /** Called at the first failure. */
  readonly onFailure?: () => void
  readonly signal: AbortSignal
  /** What must be known of the chain besides; errors of viem mean that the node is asked again, others that the settings are wrong. */
  readonly ask: (opened: OpenedChain) => Promise<Found>
}

/**
 * Asks the nodes until one tells of the chain.
 *
 * @returns what `ask` found
 * @throws Error in one sentence when the settings are wrong, such as nodes of different chains; the signal's reason when it aborts
 * before
 * @example
 * const { client, chainId } = await reachChain({ ...config, log, signal, ask: async (opened) => opened })
 */
export async function reachChain<Found>(options: ReachOptions<Found>): Promise<Found> {
  const { log, onFailure, signal } = options
  const nodes = originsOf(options.rpcUrls)
  let told = ''
  for (let pauseMs = 250; ; pauseMs = Math.min(5000, pauseMs * 2)) {
    try {
      const found = await unlessAborted(reachOnce(options), signal)
      if (told !== '') log.info({ nodes }, 'A node answers now.')
      return found
    } catch (error) {
      if (!isOfNode(error)) throw error
      const why = sayWhy(error)
      if (why !== told) log.warn({ nodes }, `${why} It is asked again.`)
      told = why
      onFailure?.()
      await pause(pauseMs, signal)
    }
  }
}

async function reachOnce<Found>({ rpcUrls, wsUrl, rpcTimeoutMs, log, ask }: ReachOptions<Found>): Promise<Found> {
  const onNotice = (sentence: string): void => {
    log.warn(sentence)
  }
  return ask(await openChain({ rpcUrls, wsUrl, timeoutMs: rpcTimeoutMs, onNotice, fetch: quickFetch }))
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
export function originsOf(rpcUrls: readonly string[]): readonly string[] {
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

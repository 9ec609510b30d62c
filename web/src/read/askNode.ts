// Asks a node of the chain itself, for what no market keeps: one question of JSON-RPC, one answer.
import type { Chain } from '../site/config.ts'
import { MarketFault } from './ask.ts'

/**
 * Asks the node of a chain.
 *
 * @throws MarketFault with the words of the node; its status is 0 when nothing came back
 * @example
 * await askNode<Hex>(chain, { method: 'eth_blockNumber' })
 */
export async function askNode<Answer>(
  chain: Chain,
  question: { readonly method: string; readonly params?: readonly unknown[]; readonly signal?: AbortSignal },
): Promise<Answer> {
  const { method, params = [], signal } = question
  const response = await fetch(chain.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause
    throw new MarketFault(0, `The node at ${new URL(chain.rpcUrl).origin} does not answer.`, { cause })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (typeof answer === 'object' && answer !== null) {
    if ('result' in answer) return answer.result as Answer
    if ('error' in answer) throw new MarketFault(response.status, sentenceOf(answer.error))
  }
  throw new MarketFault(response.status, `The node answered HTTP ${response.status}.`)
}

function sentenceOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error
  return `The node refused: ${hasMessage ? String(error.message) : 'it does not say why'}.`
}

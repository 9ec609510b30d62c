// Asks a node of the chain itself, for what no market keeps: one question of JSON-RPC, one answer.
import type { Chain } from '../site/config.ts'
import { Fault } from './fault.ts'

/**
 * Asks the node of a chain.
 *
 * @throws Fault `ChainUnreachable` when nothing comes back, `NodeRefused` with the words of the node
 * @example
 * await askNode<Hex>(chain, { method: 'eth_blockNumber' })
 */
export async function askNode<Answer>(
  chain: Chain,
  question: { readonly method: string; readonly params?: readonly unknown[]; readonly signal?: AbortSignal },
): Promise<Answer> {
  const { method, params = [], signal } = question
  const { origin } = new URL(chain.rpcUrl)
  const response = await fetch(chain.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted === true) throw cause
    throw new Fault('ChainUnreachable', `The node at ${origin} does not answer.`, { details: { origin }, cause })
  })
  const answer: unknown = await response.json().catch(() => undefined)
  if (typeof answer === 'object' && answer !== null) {
    if ('result' in answer) return answer.result as Answer
    if ('error' in answer) throw new Fault('NodeRefused', sentenceOf(answer.error))
  }
  throw new Fault('ChainUnreachable', `The node answered HTTP ${response.status}.`, { details: { origin } })
}

function sentenceOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error
  return `The node refused: ${hasMessage ? String(error.message) : 'it does not say why'}.`
}

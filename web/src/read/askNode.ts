// Asks a node of the chain itself, for what no market keeps: one question of JSON-RPC, one answer.
import type { Chain } from '../site/config.ts'
import { Fault } from './fault.ts'
import { fetchPatiently, type Patience } from './patience.ts'

/**
 * Asks the node of a chain.
 *
 * @throws Fault `ChainUnreachable` when nothing comes back, `NodeRefused` with the words of the node
 * @example
 * await askNode<Hex>(chain, { method: 'eth_blockNumber' })
 */
export async function askNode<Answer>(
  chain: Chain,
  question: { readonly method: string; readonly params?: readonly unknown[]; readonly signal?: AbortSignal } & Patience,
): Promise<Answer> {
  const { method, params = [], ...init } = question
  const { origin } = new URL(chain.rpcUrl)
  const tellSilence = (cause: unknown): never => {
    if (init.signal?.aborted === true) throw cause
    throw new Fault('ChainUnreachable', `The node at ${origin} does not answer.`, { details: { origin }, cause })
  }
  const response = await fetchPatiently(chain.rpcUrl, {
    ...init,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  }).catch(tellSilence)
  const answer = readJson(await response.text().catch(tellSilence))
  if (typeof answer === 'object' && answer !== null) {
    if ('result' in answer) return answer.result as Answer
    if ('error' in answer) throw new Fault('NodeRefused', sentenceOf(answer.error))
  }
  throw new Fault('ChainUnreachable', `The node answered HTTP ${response.status}.`, { details: { origin } })
}

/** `undefined` is what is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function sentenceOf(error: unknown): string {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error
  return `The node refused: ${hasMessage ? String(error.message) : 'it does not say why'}.`
}

// The few questions that only a node of one's own answers. Without viem: it refuses answers of many megabytes, as a whole state is.

/** Asks a node. Whoever asks knows what the answer is. */
export type Ask = <Answer>(method: string, params?: readonly unknown[]) => Promise<Answer>

type Reply = { readonly result?: unknown; readonly error?: { readonly message: string } }

/** A large state takes its time. */
const PATIENCE_MS = 60_000

/**
 * Makes the questions to the node at a URL.
 *
 * @example
 * const ask = askNode('http://127.0.0.1:8545')
 * await ask<Hex>('eth_blockNumber') // '0x7'
 */
export function askNode(url: string): Ask {
  return async <Answer>(method: string, params: readonly unknown[] = []) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    const { result, error } = (await answer.json()) as Reply
    if (error !== undefined) throw new Error(`The chain refuses ${method}: ${error.message}`)
    return result as Answer
  }
}

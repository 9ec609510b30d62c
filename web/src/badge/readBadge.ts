// Reads a badge from the market that draws it.
import { MarketFault } from '../read/ask.ts'
import { fetchPatiently, type Patience } from '../read/patience.ts'

/**
 * A badge as it is now.
 *
 * @returns SVG
 * @throws MarketFault when nothing comes back
 * @example
 * await readBadge('https://market.example/badges/apps/0x….svg?chainId=31337', { signal })
 */
export async function readBadge(url: string, init: { readonly signal: AbortSignal } & Patience): Promise<string> {
  const { host, origin } = new URL(url)
  const tellSilence = (cause: unknown): never => {
    if (init.signal.aborted) throw cause
    throw new MarketFault(0, `The market at ${origin} does not answer.`, { host, cause })
  }
  const response = await fetchPatiently(url, init).catch(tellSilence)
  if (!response.ok) throw new Error(`The badge: HTTP ${response.status}.`)
  return response.text().catch(tellSilence)
}

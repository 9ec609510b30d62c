// Whether a storage takes the results of a pool: it is asked before work is sold, or begun, that nobody could be paid for.
import { z } from 'zod'
import type { Address } from 'viem'
import { sayWhy } from './sayWhy.ts'

/** Whose results a storage is asked about. */
export type ResultsOf = { readonly chainId: number; readonly hub: Address; readonly workerpool: Address }

/** What of `/health` matters here. `pools`: null, or left out: of all pools. */
const health = z.object({
  ok: z.boolean(),
  reason: z.string().nullish(),
  chainId: z.int().nullish(),
  hub: z.string(),
  pools: z.array(z.string()).nullish(),
})

const PATIENCE_MS = 10_000

/**
 * Why a storage takes no results of a pool, in one sentence with what to do.
 *
 * @returns undefined when it takes them
 * @example
 * await whyNotStored('https://storage.example', { chainId: 134, hub, workerpool })
 * // 'The storage https://storage.example does not take results of the workerpool 0x…: …'
 */
export async function whyNotStored(url: string, wanted: ResultsOf, signal?: AbortSignal): Promise<string | undefined> {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  const name = `The storage ${url}`
  const other = 'or name another storage with --storage of the scheduler'
  try {
    const ended = signal === undefined ? patience : AbortSignal.any([signal, patience])
    const answer = await fetch(`${url.replace(/\/+$/u, '')}/health`, { signal: ended })
    const read = health.safeParse(await answer.json().catch(() => undefined))
    if (!read.success)
      return `${name} answers ${answer.status} at /health as no storage does: look at its address, ${other}.`
    const why = whyOther(read.data, wanted)
    if (why !== undefined) return `${name} ${why}, ${other}.`
    if (read.data.ok) return undefined
    const reason = read.data.reason?.replace(/\.$/u, '') ?? `it answers ${answer.status} at /health`
    return `${name} takes no results now: ${reason}.`
  } catch (error) {
    return `${name} does not answer (${sayWhy(error).replace(/\.$/u, '')}): start it, ${other}.`
  }
}

/** A storage of others, and what its owner has to do. */
function whyOther({ chainId, hub, pools }: z.infer<typeof health>, wanted: ResultsOf): string | undefined {
  if (hub.toLowerCase() !== wanted.hub.toLowerCase() || (chainId ?? wanted.chainId) !== wanted.chainId) {
    const where = chainId === undefined || chainId === null ? '' : ` on chain ${chainId}`
    return `is of the hub ${hub}${where}, not of ${wanted.hub} on chain ${wanted.chainId}: start it for that hub`
  }
  const takes = pools?.some((pool) => pool.toLowerCase() === wanted.workerpool.toLowerCase()) ?? true
  if (takes) return undefined
  return `does not take results of the workerpool ${wanted.workerpool}: let its owner add that to --pools`
}

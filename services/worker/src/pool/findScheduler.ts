// Where the scheduler of a pool is: its owner says so under his signature, at the market of the chain.
import { hubAbi } from '@iexec/protocol/abi'
import { hashPoolEndpoint, poolEndpointItem } from '@iexec/wire'
import { sayWhy } from '@iexec/service'
import type { Address, Client } from 'viem'
import { readContract } from 'viem/actions'

/** Which pool, on which chain, and who may know where it is. */
export type SchedulerQuestion = {
  readonly client: Client
  readonly chainId: number
  readonly hub: Address
  readonly workerpool: Address
  /** Of a market. */
  readonly marketUrl: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * The URL of a pool's scheduler. A market can hide it, but not invent it.
 *
 * @throws Error in one sentence when nobody knows it, or it is not the owner's word
 * @example
 * await findScheduler({ client, chainId: 134, hub, workerpool, marketUrl: 'https://market.example', now: Date.now })
 */
export async function findScheduler(question: SchedulerQuestion): Promise<string> {
  const { client, chainId, hub, workerpool, marketUrl, now } = question
  const url = `${marketUrl.replace(/\/+$/u, '')}/${chainId}/workerpools/${workerpool}`
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch((cause: unknown) => {
    throw new Error(`The market ${marketUrl} does not answer: ${sayWhy(cause)}.`, { cause })
  })
  if (answer.status === 404) {
    throw new Error(
      `The owner of the workerpool ${workerpool} has not told the market ${marketUrl} where its scheduler is: name it with --scheduler.`,
    )
  }
  const parsed = poolEndpointItem.safeParse(await answer.json().catch(() => undefined))
  if (!answer.ok || !parsed.success) throw new Error(`The market ${marketUrl} answered ${answer.status} at ${url}.`)
  const endpoint = parsed.data
  if (endpoint.validUntil * 1000 <= now()) throw new Error(`What ${marketUrl} tells of the workerpool is outdated.`)
  const { owner } = await readContract(client, {
    address: hub,
    abi: hubAbi,
    functionName: 'viewWorkerpool',
    args: [workerpool],
  })
  const hash = hashPoolEndpoint({ ...endpoint, workerpool }, chainId)
  const isOwners = await readContract(client, {
    address: hub,
    abi: hubAbi,
    functionName: 'verifySignature',
    args: [owner, hash, endpoint.signature],
  })
  if (isOwners) return endpoint.apiUrl
  throw new Error(`What ${marketUrl} tells of the workerpool is not signed by its owner, ${owner}.`)
}

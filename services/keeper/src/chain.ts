// The way to the chain: its hub, how much gas a block has, and the account that pays.
import { findFirstBlock, type OpenedChain, type SendClient } from '@iexec/chain'
import { reachChain, requireHub } from '@iexec/service'
import type { Logger } from 'pino'
import { createClient, custom, type Address, type Client, type LocalAccount } from 'viem'
import { getBlock, getTransactionCount } from 'viem/actions'
import type { Config } from './config.ts'

/** A chain whose node has answered, with the hub on it. */
export type KeeperChain = OpenedChain & {
  readonly hub: Address
  /** No event of the hub is in an earlier block. */
  readonly firstBlock: number
  /** Gas of a block. */
  readonly blockGas: bigint
}

/**
 * Reaches the chain; a node that is not there yet is waited for.
 *
 * @throws Error in one sentence when there is no hub; the signal's reason when it aborts before
 */
export async function reachHub(config: Config, log: Logger, signal: AbortSignal): Promise<KeeperChain> {
  const { hub } = config
  return reachChain({
    ...config,
    log,
    signal,
    ask: async (opened) => {
      const { client } = opened
      await requireHub(client, hub)
      const { gasLimit: blockGas } = await getBlock(client)
      const firstBlock = config.fromBlock ?? Number(await findFirstBlock(client, [hub]))
      return { ...opened, hub, firstBlock, blockGas }
    },
  })
}

/** A client that signs with the account, and asks as the other one does. */
export function signingClient(client: OpenedChain['client'], account: LocalAccount): SendClient {
  const { chain, request } = client
  return createClient({ account, chain, cacheTime: 0, transport: custom({ request }, { retryCount: 0 }) })
}

/** How many transactions of an account nodes know that are in no block yet. */
export async function countPending(client: Client, address: Address): Promise<number> {
  const [all, mined] = await Promise.all([
    getTransactionCount(client, { address, blockTag: 'pending' }),
    getTransactionCount(client, { address, blockTag: 'latest' }),
  ])
  return all - mined
}

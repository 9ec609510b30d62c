// Finds where to start to follow a market that was deployed some time ago.
import type { Address, Client } from 'viem'
import { getLogs } from 'viem/actions'
import { parseAbiItem } from 'viem/utils'

/** Every hub and registry emits it in its constructor: its first event. */
const OWNERSHIP_TRANSFERRED = parseAbiItem(
  'event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)',
)

/**
 * The block of the market's first event; 0, which is never too late, when the RPC does not search the whole chain.
 *
 * @param contracts hub and registries of the market
 * @example
 * await findFirstBlock(client, [hub, appRegistry, datasetRegistry, workerpoolRegistry])
 */
export async function findFirstBlock(client: Client, contracts: readonly Address[]): Promise<bigint> {
  try {
    const logs = await getLogs(client, {
      address: [...contracts],
      event: OWNERSHIP_TRANSFERRED,
      fromBlock: 0n,
      toBlock: 'latest',
    })
    return logs[0]?.blockNumber ?? 0n
  } catch {
    return 0n
  }
}

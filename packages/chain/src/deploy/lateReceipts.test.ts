// A chain that makes a block for each transaction and none after it, asked through a node that is a little behind with receipts.
import { NO_TAG, NOT_FOR_SALE } from '@iexec/protocol'
import { createClient, custom } from 'viem'
import { expect, test } from 'vitest'
import { accountOf, type Anvil } from '../../test/anvil.ts'
import { deployMarket } from './deployMarket.ts'
import { deployPoolOperator } from './poolOperator.ts'
import type { DeployClient } from './progress.ts'
import { createWorkerpool, onNewChain, OWNER } from './testing.ts'

const LOOKS_TOO_EARLY = 3

/** Each receipt is there at the fourth look only. */
function lateClient(anvil: Anvil): DeployClient {
  const looks = new Map<string, number>()
  const { request } = anvil.client(0)
  const late = async (asked: { readonly method: string; readonly params?: unknown }): Promise<unknown> => {
    if (asked.method === 'eth_getTransactionReceipt') {
      const hash = JSON.stringify(asked.params)
      const look = (looks.get(hash) ?? 0) + 1
      looks.set(hash, look)
      if (look <= LOOKS_TOO_EARLY) return null
    }
    return request(asked as never)
  }
  return createClient({
    account: accountOf(0),
    chain: undefined,
    pollingInterval: 20,
    transport: custom({ request: late }, { retryCount: 0 }),
  })
}

test('a market with all its parts and the contract of a pool are deployed, although no further block follows', async () => {
  await onNewChain(['--disable-default-create2-deployer'], async (anvil) => {
    const client = lateClient(anvil)

    const market = await deployMarket({ client, owner: OWNER })
    const workerpool = await createWorkerpool(anvil.client(0), market.workerpoolregistry)
    const limits = {
      maxLocked: 1n,
      maxVolume: 1n,
      maxTrust: 1n,
      tags: NO_TAG,
      minPrices: [NOT_FOR_SALE],
    }
    const { ownsWorkerpool } = await deployPoolOperator({
      client,
      hub: market.hub,
      workerpool,
      owner: OWNER,
      operators: [],
      limits,
    })

    expect(ownsWorkerpool).toBe(true)
  })
})

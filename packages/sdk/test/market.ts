// A market for tests: a real chain with the contracts, and the client of whoever is needed to buy and sell on it.
import { waitForReceipt } from '@iexec/chain'
import { accountOf } from '@iexec/chain/test/anvil'
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import { rlcAbi } from '@iexec/protocol/abi'
import { writeContract } from 'viem/actions'
import type { ChainSettings } from '../src/chain/chainSettings.ts'
import { createIexec, type Iexec } from '../src/createIexec.ts'

/** A market and how to reach it. */
export type SdkMarket = TestMarket & {
  readonly chain: ChainSettings
  /** The client of anvil's nth account. */
  readonly user: (account: number, services?: Partial<ChainSettings>) => Promise<Iexec>
  /** Gives RLC to the wallet of the nth account; account 0 has them all. nRLC. */
  readonly give: (account: number, amount: bigint) => Promise<void>
}

/**
 * Starts a market.
 *
 * @example
 * const market = await startSdkMarket()
 * const alice = await market.user(1)
 * await market.stop()
 */
export async function startSdkMarket(): Promise<SdkMarket> {
  const market = await startMarket()
  const { addresses, anvil, owner } = market
  const chain = { name: 'test', chainId: anvil.chainId, hub: addresses.hub, rpcUrls: [anvil.url] }
  return {
    ...market,
    chain,
    user: async (account, services = {}) =>
      createIexec({ chain: { ...chain, ...services }, account: accountOf(account), pollingMs: 20 }),
    give: async (account, amount) => {
      const hash = await writeContract(owner, {
        address: addresses.token,
        abi: rlcAbi,
        functionName: 'transfer',
        args: [accountOf(account).address, amount],
      })
      await waitForReceipt(owner, hash)
    },
  }
}

export { serve, startStorage, zipOf, type TestStorage } from './storage.ts'
export { finishTask, type FinishedTask } from './worker.ts'

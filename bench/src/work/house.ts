// The whole house at work, for benchmarks: a network, the app that does nothing, and deals over it with orders made here, so that
// neither the market nor a client takes part in what is measured.
import {
  APP_OWNER,
  POOL_OWNER,
  REQUESTER,
  startNetwork,
  type Network,
  type NetworkOptions,
} from '@iexec/network/test/startNetwork'
import type { DealId } from '@iexec/protocol'
import { buyTasks, createApp, openTestChain, type Person, type TestChain } from '@iexec/service/test/chain'
import { sha256, stringToHex } from 'viem'
import { NOOP } from './noop.ts'

/** A network with an app on offer. */
export type WorkHouse = {
  readonly network: Network
  readonly chain: TestChain
  /** Makes a deal, and returns when it is in a block. */
  readonly buy: (wish: { readonly trust: bigint; readonly volume: number }) => Promise<DealId>
  readonly stop: () => Promise<void>
}

/** nRLC for one task: enough that every payment and every stake is a real one. */
const PRICE = 1_000n

const ACCOUNTS: Partial<Record<Person, number>> = {
  owner: 0,
  appOwner: APP_OWNER,
  requester: REQUESTER,
  scheduler: POOL_OWNER,
}

/** How the house differs from the usual one. */
export type WorkHouseOptions = NetworkOptions & {
  /** Seconds from one block to the next, once everything is ready; without it, each transaction is mined at once. */
  readonly blockS?: number
}

/**
 * Starts a network and registers the app.
 *
 * @example
 * const house = await openWorkHouse({ workers: 3, blockS: 1 })
 * const deal = await house.buy({ trust: 8n, volume: 1 })
 * await house.stop()
 */
export async function openWorkHouse({ blockS, ...options }: WorkHouseOptions): Promise<WorkHouse> {
  const network = await startNetwork({ keeper: false, ...options })
  try {
    const { market } = network
    const chain = openTestChain(market, (person) => market.anvil.client(ACCOUNTS[person] ?? 0))
    const multiaddr = stringToHex(`/ipfs/${await store(network.services.storage.url)}`)
    const app = await createApp(chain, { type: 'WASM', multiaddr, checksum: sha256(NOOP) })
    if (blockS !== undefined) {
      await network.market.owner.setAutomine(false)
      await network.market.owner.setIntervalMining({ interval: blockS })
    }
    return {
      network,
      chain,
      buy: async ({ trust, volume }) =>
        buyTasks(chain, {
          app,
          workerpool: network.workerpool,
          workerpoolprice: PRICE,
          volume: BigInt(volume),
          trust,
          params: '{}',
        }),
      stop: network.stop,
    }
  } catch (cause) {
    await network.stop()
    throw cause
  }
}

async function store(storage: string): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([NOOP]), 'noop.wasm')
  const answer = await fetch(`${storage}/api/v0/add`, { method: 'POST', body: form })
  const { Hash } = (await answer.json()) as { readonly Hash: string }
  return Hash
}

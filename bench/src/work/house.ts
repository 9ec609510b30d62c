// The whole house at work, for benchmarks: a network, the app that does nothing, and deals over it with orders made here, so that
// neither the market nor a client takes part in what is measured.
import { APP_OWNER, POOL_OWNER, REQUESTER, startNetwork, type Network, type NetworkOptions } from '@iexec/network'
import { orderDomain, type DealId } from '@iexec/protocol'
import {
  appOrder,
  createApp,
  match,
  requestOrder,
  workerpoolOrder,
  type Person,
  type TestChain,
} from '@iexec/service/test/chain'
import { sha256, stringToHex, type Address } from 'viem'
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
    const chain = chainOf(network)
    const multiaddr = stringToHex(`/ipfs/${await store(network.services.storage.url)}`)
    const app = await createApp(chain, { type: 'WASM', multiaddr, checksum: sha256(NOOP) })
    if (blockS !== undefined) {
      await network.market.owner.setAutomine(false)
      await network.market.owner.setIntervalMining({ interval: blockS })
    }
    return {
      network,
      chain,
      buy: async (wish) => buy(chain, { ...wish, app, pool: network.workerpool }),
      stop: network.stop,
    }
  } catch (cause) {
    await network.stop()
    throw cause
  }
}

/** The market of a network, in the words in which deals are made on any market. */
function chainOf({ market }: Network): TestChain {
  const { anvil, addresses } = market
  const { hub, appregistry, datasetregistry, workerpoolregistry, chainId, blockNumber } = addresses
  const clients = new Map<Person, ReturnType<typeof anvil.client>>()
  const client: TestChain['client'] = (person) => {
    const known = clients.get(person) ?? anvil.client(ACCOUNTS[person] ?? 0)
    clients.set(person, known)
    return known
  }
  return {
    market,
    url: anvil.url,
    chainId,
    contracts: {
      hub,
      registries: { app: [appregistry], dataset: [datasetregistry], workerpool: [workerpoolregistry] },
    },
    domain: orderDomain(chainId, hub),
    firstBlock: blockNumber,
    client,
    address: (person) => client(person).account.address,
    stop: market.stop,
  }
}

async function store(storage: string): Promise<string> {
  const form = new FormData()
  form.append('file', new Blob([NOOP]), 'noop.wasm')
  const answer = await fetch(`${storage}/api/v0/add`, { method: 'POST', body: form })
  const { Hash } = (await answer.json()) as { readonly Hash: string }
  return Hash
}

type Purchase = { readonly app: Address; readonly pool: Address; readonly trust: bigint; readonly volume: number }

async function buy(chain: TestChain, { app, pool, trust, volume: tasks }: Purchase): Promise<DealId> {
  const volume = BigInt(tasks)
  const requester = chain.address('requester')
  return match(chain, {
    app: appOrder({ app, volume }),
    workerpool: workerpoolOrder({ workerpool: pool, workerpoolprice: PRICE, volume, trust }),
    request: requestOrder({ app, requester, workerpoolmaxprice: PRICE, volume, trust, params: '{}' }),
  })
}

// A real market on a real anvil, with funded people on it, and how they send transactions.
import { waitForReceipt } from '@iexec/chain'
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import type { AnvilClient, AnvilOptions } from '@iexec/chain/test/anvil'
import { orderDomain, type OrderDomain } from '@iexec/protocol'
import { rlcAbi } from '@iexec/protocol/abi'
import { encodeFunctionData, type Address, type Hex, type TransactionReceipt } from 'viem'

/** RLC in nRLC. */
export const RLC = 1_000_000_000n

/** Who they are: the number of the anvil account of each. */
export const PEOPLE = {
  /** Owns the hub and holds the remaining RLC. */
  owner: 0,
  requester: 1,
  sponsor: 2,
  scheduler: 3,
  appOwner: 4,
  datasetOwner: 5,
  worker1: 6,
  worker2: 7,
  worker3: 8,
  worker4: 9,
  stranger: 10,
} as const

export type Person = keyof typeof PEOPLE

/** The contracts of a market; a registry may continue older ones, which follow it. */
export type TestContracts = {
  readonly hub: Address
  readonly registries: {
    readonly app: readonly Address[]
    readonly dataset: readonly Address[]
    readonly workerpool: readonly Address[]
  }
}

/** A market that runs, and who is on it. */
export type TestChain = {
  readonly market: TestMarket
  readonly url: string
  readonly chainId: number
  readonly contracts: TestContracts
  readonly domain: OrderDomain
  /** No event of the market is in an earlier block. */
  readonly firstBlock: number
  readonly client: (person: Person) => AnvilClient
  readonly address: (person: Person) => Address
  readonly stop: () => Promise<void>
}

/**
 * Starts an anvil, deploys a market, and gives everybody 1,000,000 RLC and the hub an allowance of all of it. Nothing is staked.
 *
 * @example
 * const chain = await startChainWithMarket()
 * await deposit(chain, 'requester', 100n * RLC)
 * await chain.stop()
 */
export async function startChainWithMarket(options: AnvilOptions = {}): Promise<TestChain> {
  const market = await startMarket({}, options)
  const chain = openTestChain(market, (person) => market.anvil.client(PEOPLE[person]))
  await inOneBlock(chain, fundingOf(chain))
  return chain
}

/**
 * A market that runs already, in the words in which tests make things happen.
 *
 * @param openClient of each person; called once for each
 * @example
 * const chain = openTestChain(market, (person) => market.anvil.client(PEOPLE[person]))
 */
export function openTestChain(market: TestMarket, openClient: (person: Person) => AnvilClient): TestChain {
  const { hub, appregistry, datasetregistry, workerpoolregistry, chainId, blockNumber } = market.addresses
  const clients = new Map<Person, AnvilClient>()
  const client = (person: Person): AnvilClient => {
    const known = clients.get(person) ?? openClient(person)
    clients.set(person, known)
    return known
  }
  return {
    market,
    url: market.anvil.url,
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

/** A transaction that somebody sends. */
export type Call = { readonly from: Person; readonly to: Address; readonly data: Hex }

// A fixed limit: without it, every transaction would cost a second request that estimates it.
const GAS = 10_000_000n

/**
 * Sends a transaction and waits for its receipt.
 *
 * @throws Error when it reverts
 */
export async function send(chain: TestChain, { from, to, data }: Call): Promise<TransactionReceipt> {
  const client = chain.client(from)
  const hash = await client.sendTransaction({ to, data, gas: GAS })
  return confirmed(chain, from, hash)
}

/** Sends several transactions of anybody, and mines them in one block, in this order. */
export async function inOneBlock(chain: TestChain, calls: readonly Call[]): Promise<readonly TransactionReceipt[]> {
  const miner = chain.market.owner
  await miner.setAutomine(false)
  const hashes: Hex[] = []
  const nonces = new Map<Person, number>()
  for (const { from, to, data } of calls) {
    const client = chain.client(from)
    const nonce = nonces.get(from) ?? (await client.getTransactionCount({ address: client.account.address }))
    nonces.set(from, nonce + 1)
    // The first offers most, so that the block keeps the order.
    const maxFeePerGas = 100_000_000_000n - BigInt(hashes.length) * 10_000n
    const fees = { maxFeePerGas, maxPriorityFeePerGas: maxFeePerGas - 50_000_000_000n }
    hashes.push(await client.sendTransaction({ to, data, gas: GAS, nonce, ...fees }))
  }
  await miner.mine({ blocks: 1 })
  await miner.setAutomine(true)
  return Promise.all(hashes.map(async (hash, index) => confirmed(chain, calls[index]?.from ?? 'owner', hash)))
}

async function confirmed(chain: TestChain, from: Person, hash: Hex): Promise<TransactionReceipt> {
  const client = chain.client(from)
  const receipt = await waitForReceipt(client, hash)
  if (receipt.status === 'success') return receipt
  const { input, to } = await client.getTransaction({ hash })
  const again = { account: client.account.address, to, data: input, blockNumber: receipt.blockNumber - 1n, gas: GAS }
  const cause = await client.call(again).catch((error: unknown) => error)
  throw new Error(`The transaction ${hash} of ${from} reverted.`, { cause })
}

/** Lets time pass; the next block comes that much later. */
export async function warp(chain: TestChain, seconds: number): Promise<void> {
  await chain.market.owner.increaseTime({ seconds })
  await chain.market.owner.mine({ blocks: 1 })
}

/** Takes the youngest blocks off the chain, as a reorganisation does before it puts others in their place. */
export async function rollBack(chain: TestChain, depth: number): Promise<void> {
  const request = chain.market.owner.request as (call: {
    method: string
    params: readonly unknown[]
  }) => Promise<unknown>
  await request({ method: 'anvil_rollback', params: [depth] })
}

/** Takes the youngest blocks off the chain until this one is the youngest, also while somebody else sends transactions. */
export async function rollBackTo(chain: TestChain, block: number): Promise<void> {
  for (let head = await headOf(chain); head > block; head = await headOf(chain)) await rollBack(chain, head - block)
}

/** The number of the youngest block. */
export async function headOf(chain: TestChain): Promise<number> {
  return Number(await chain.market.owner.getBlockNumber())
}

function fundingOf(chain: TestChain): readonly Call[] {
  const { token, hub } = chain.market.addresses
  const people = Object.keys(PEOPLE) as readonly Person[]
  const transfers = people.map((person): Call => {
    const args = [chain.address(person), 1_000_000n * RLC] as const
    return { from: 'owner', to: token, data: encodeFunctionData({ abi: rlcAbi, functionName: 'transfer', args }) }
  })
  const approvals = people.map((from): Call => {
    const args = [hub, 2n ** 256n - 1n] as const
    return { from, to: token, data: encodeFunctionData({ abi: rlcAbi, functionName: 'approve', args }) }
  })
  return [...transfers, ...approvals]
}

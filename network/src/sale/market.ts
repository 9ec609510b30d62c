// Where the first sale takes place, and who takes part in it.
import { workerWeight } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { createIexec, type ChainSettings, type Iexec } from '@iexec/sdk'
import { createClient, custom, type Address, type Client, type Hex, type LocalAccount } from 'viem'
import { readContract } from 'viem/actions'

/** Somebody with a name that people know. */
export type Person = { readonly name: string; readonly address: Address }

/** A market that runs, with everybody whom a sale needs. */
export type SaleMarket = {
  /** With the URLs of market and storage. */
  readonly chain: ChainSettings
  readonly appOwner: LocalAccount
  readonly requester: LocalAccount
  readonly poolOwner: Address
  readonly workerpool: Address
  readonly workers: readonly Person[]
}

/** A file for a run. */
export type Input = { readonly name: string; readonly content: Uint8Array }

/** What an app is: a module, which its owner stores before, or an image, which stands in a registry. */
export type Product =
  | { readonly type: 'WASM'; readonly module: Uint8Array }
  | { readonly type: 'DOCKER'; readonly reference: string; /** Of its manifest. */ readonly digest: Hex }

/** What somebody sells, and what one run of it is asked to do. */
export type Goods = {
  readonly name: string
  readonly product: Product
  /** Files that the run gets, which the requester stores before. */
  readonly inputs?: readonly Input[]
  /** Of the run that is bought. */
  readonly args?: string
  /** For one run, in nRLC. */
  readonly price: bigint
}

/** A client of somebody, and a plain way to the same chain. */
export type Desk = { readonly iexec: Iexec; readonly client: Client }

/** Opens the market for somebody. */
export async function openDesk({ chain }: SaleMarket, account: LocalAccount): Promise<Desk> {
  const iexec = await createIexec({ chain, account, pollingMs: 50 })
  const { request } = iexec.context
  return { iexec, client: createClient({ transport: custom({ request }) }) }
}

/**
 * The highest power of two that these workers reach together, by their scores now: all of them have to agree, because each of them
 * at least doubles the weight. In these steps the pool sells trust.
 *
 * @example
 * await trustOfAll(desk, market.workers) // 8n for three workers whom nobody knows yet
 */
export async function trustOfAll({ iexec, client }: Desk, workers: readonly Person[]): Promise<bigint> {
  const { hub: address } = iexec.context.contracts
  const scores = await Promise.all(
    workers.map(async ({ address: worker }) =>
      readContract(client, { address, abi: hubAbi, functionName: 'viewScore', args: [worker] }),
    ),
  )
  const weight = scores.reduce((product, score) => product * workerWeight(score), 1n)
  return 2n ** BigInt(weight.toString(2).length - 1)
}

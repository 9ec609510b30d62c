// Where the first sale takes place, and who takes part in it.
import { isSameAddress } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { createIexec, type ChainSettings, type Iexec } from '@iexec/sdk'
import { createClient, custom, type Address, type Client, type Hex, type LocalAccount } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { readContract } from 'viem/actions'
import type { Account, Role } from '../folder/accounts.ts'
import { NetworkFault } from '../folder/fault.ts'
import type { NetworkFile } from '../folder/networkFile.ts'
import { trustOf, type AskedTrust } from '../run/trust.ts'

/** Somebody with a name that people know. */
export type Person = { readonly name: string; readonly address: Address }

/** How somebody is called: by his address where nobody knows his name. */
export function nameOf(address: Address, people: readonly Person[]): string {
  return people.find((person) => isSameAddress(person.address, address))?.name ?? address
}

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

/** The market of a network that runs. @throws NetworkFault when it names nobody for a part in the sale */
export function marketOf(network: NetworkFile): SaleMarket {
  const { accounts, rpcUrl, chainId, hub, marketUrl, storageUrl, ipfsApiUrl, workerpool } = network
  return {
    chain: { name: 'local', chainId, hub, rpcUrls: [rpcUrl], marketUrl, storageUrl, ipfsApiUrl },
    workerpool,
    appOwner: signerOf(accounts, 'app-owner'),
    requester: signerOf(accounts, 'requester'),
    poolOwner: signerOf(accounts, 'pool-owner').address,
    workers: accounts
      .filter(({ role }) => role.startsWith('worker-'))
      .map(({ role, address }) => ({ name: role, address })),
  }
}

function signerOf(accounts: readonly Account[], wanted: Role): LocalAccount {
  const account = accounts.find(({ role }) => role === wanted)
  if (account === undefined) throw new NetworkFault(`network.json names nobody who is the ${wanted}.`)
  return privateKeyToAccount(account.privateKey)
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
 * The highest trust on sale that these workers reach together, by their scores now.
 *
 * @example
 * await readTrust(desk, market.workers) // { trust: 8n, needed: 3 } for three workers whom nobody knows yet
 */
export async function readTrust({ iexec, client }: Desk, workers: readonly Person[]): Promise<AskedTrust> {
  const { hub: address } = iexec.context.contracts
  const scores = await Promise.all(
    workers.map(async ({ address: worker }) =>
      readContract(client, { address, abi: hubAbi, functionName: 'viewScore', args: [worker] }),
    ),
  )
  return trustOf(scores)
}

// The ground of a network: its market, its pool, and what everybody has when it begins. Safe to repeat: what is there is kept.
import { deployMarket, type DeployClient, type MarketAddresses } from '@iexec/chain'
import { DEFAULT_CATEGORIES } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { createIexec } from '@iexec/sdk'
import { createClient, http, parseEther, type Address } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { getBalance, getContractEvents, getTransactionCount } from 'viem/actions'
import type { LocalChain } from '../chain/localChain.ts'
import type { Account, Role } from '../folder/accounts.ts'
import { depositStakes } from './market.ts'
import type { Price } from './plans.ts'

/** A market with a pool that can sell. */
export type MarketGround = { readonly addresses: MarketAddresses; readonly workerpool: Address }

const RLC = 1_000_000_000n

/** The faucet has more than all others will ever ask for. */
const COINS: Readonly<Record<'faucet' | 'others', bigint>> = {
  faucet: parseEther('1000000000'),
  others: parseEther('1000'),
}
/** What somebody has at the hub when he begins: for workers and pool a stake, for the requester money to spend. */
function stakeOf(role: Role): bigint {
  if (role === 'requester' || role === 'pool-owner') return 1_000n * RLC
  return role.startsWith('worker-') ? 100n * RLC : 0n
}

/** What the pool sells: each category of the market, the longer the dearer. */
export const PRICES: readonly Price[] = DEFAULT_CATEGORIES.map((_, category) => ({
  category,
  price: (RLC / 100n) * 2n ** BigInt(category),
  volume: 1_000,
}))

const POLLING_MS = 25

/** Lays the ground of a network, or looks whether all of it is there. */
export async function layGround(chain: LocalChain, accounts: readonly Account[]): Promise<MarketGround> {
  const owner = clientOf(chain, keyOf(accounts, 'faucet'))
  await giveCoins(chain, owner, accounts)
  return chain.hurry(async () => {
    const addresses = await deployMarket({ client: owner, owner: owner.account.address })
    await giveStakes({ owner, addresses }, accounts)
    return { addresses, workerpool: await openPool(chain, addresses, accounts) }
  })
}

/** What somebody has spent is gone, also after the next start: only who is new gets something. */
async function giveCoins(
  { setBalance }: LocalChain,
  client: DeployClient,
  accounts: readonly Account[],
): Promise<void> {
  // Before its first transaction, the ground was not laid, or only begun.
  const isNew = (await getTransactionCount(client, { address: client.account.address })) === 0
  for (const { role, address } of accounts) {
    const isPoor = (await getBalance(client, { address })) === 0n
    if (isPoor && (isNew || (await isNewcomer(client, { role, address }))))
      await setBalance(address, COINS[role === 'faucet' ? 'faucet' : 'others'])
  }
}

/** A worker that this network has not had before. */
async function isNewcomer(
  client: DeployClient,
  { role, address }: Pick<Account, 'role' | 'address'>,
): Promise<boolean> {
  if (!role.startsWith('worker-') || (await getTransactionCount(client, { address })) > 0) return false
  return !(await findOwners(client, { among: [address] })).has(address)
}

type Among = { readonly among: readonly Address[]; readonly hub?: Address }

/** Who was ever given RLC, or a stake at the hub: the chain says so itself, wherever a start was interrupted. */
async function findOwners(client: DeployClient, { among, hub }: Among): Promise<ReadonlySet<Address>> {
  const given = await getContractEvents(client, {
    ...(hub === undefined ? {} : { address: hub }),
    abi: hubAbi,
    eventName: 'Transfer',
    args: { to: [...among] },
    fromBlock: 0n,
  })
  return new Set(given.flatMap(({ args }) => args.to ?? []))
}

type Ground = { readonly owner: DeployClient; readonly addresses: MarketAddresses }

async function giveStakes({ owner, addresses }: Ground, accounts: readonly Account[]): Promise<void> {
  const { hub } = addresses
  const owners = await findOwners(owner, { among: accounts.map(({ address }) => address), hub })
  await depositStakes(
    { owner, addresses },
    accounts
      .filter(({ role, address }) => stakeOf(role) > 0n && !owners.has(address))
      .map(({ role, address: account }) => ({ account, amount: stakeOf(role) })),
  )
}

async function openPool(chain: LocalChain, { hub }: MarketAddresses, accounts: readonly Account[]): Promise<Address> {
  const { workerpools } = await createIexec({
    chain: { name: 'local', chainId: chain.chainId, hub, rpcUrls: [chain.rpcUrl] },
    account: privateKeyToAccount(keyOf(accounts, 'pool-owner')),
    pollingMs: POLLING_MS,
  })
  const pool = { description: 'the pool of this machine' }
  const address = await workerpools.predict(pool)
  if (!(await workerpools.isDeployed(address))) await workerpools.deploy(pool)
  return address
}

function clientOf({ rpcUrl }: LocalChain, key: Account['privateKey']): DeployClient {
  const account = privateKeyToAccount(key)
  return createClient({ account, transport: http(rpcUrl), pollingInterval: POLLING_MS, cacheTime: 0 })
}

function keyOf(accounts: readonly Account[], role: Role): Account['privateKey'] {
  const found = accounts.find((account) => account.role === role)
  if (found === undefined) throw new Error(`Nobody is the ${role} of this network.`)
  return found.privateKey
}

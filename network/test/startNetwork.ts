// The whole market on this machine: a chain with the contracts, the market service, a storage, a scheduler with its pool, its
// workers and a keeper, each a process of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createIexec, type ChainSettings, type Iexec } from '@iexec/sdk'
import { accountOf, keyOf } from '@iexec/chain/test/anvil'
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import type { Address } from 'viem'
import { findPort } from './findPort.ts'
import { FAUCET, FIRST_WORKER, KEEPER, POOL_OWNER, REQUESTER } from './people.ts'
import { depositStakes, untilSold } from '../src/run/market.ts'
import { planServices, type Ground, type ServiceRole } from '../src/run/plans.ts'
import { startService, type Service, type ServicePlan } from '../src/service.ts'

export * from './people.ts'
export type { Service } from '../src/service.ts'

/** How a network differs from the usual one. */
export type NetworkOptions = {
  /** How many workers. Default: 3. */
  readonly workers?: number
  /** How many tasks each of them takes at a time. Default: 4. */
  readonly places?: number
  /** Further arguments of anvil; none lets it mine each transaction at once. */
  readonly anvilArgs?: readonly string[]
  /** nRLC for one task of category 0 to 4. Default: 1000. */
  readonly price?: bigint
  /** The longest runs of categories that this market has besides the usual five, in seconds; the pool sells them, too. */
  readonly categories?: readonly bigint[]
  /** How many tasks the pool keeps on offer. Default: 1000. */
  readonly volume?: number
  /** Where services keep their tables: a folder of this network, or a URL of PostgreSQL. */
  readonly database?: string
  /** An engine for images; without one, workers run WASM alone. */
  readonly dockerHost?: string
  /** More words for the workers. */
  readonly workerArgs?: readonly string[]
  /** Whether a keeper runs, too. Default: true. */
  readonly keeper?: boolean
}

/** A network that runs. */
export type Network = {
  readonly market: TestMarket
  /** How clients reach it. */
  readonly chain: ChainSettings
  readonly workerpool: Address
  readonly services: {
    readonly market: Service
    readonly storage: Service
    readonly scheduler: Service
    readonly keeper: Service | undefined
    readonly workers: readonly Service[]
  }
  /** The client of anvil's nth account. */
  readonly user: (account: number) => Promise<Iexec>
  /** Gives anvil's nth accounts a stake at the hub, as workers have it. */
  readonly endow: (accounts: readonly number[]) => Promise<void>
  readonly stop: () => Promise<void>
}

/** nRLC: enough for many deals. */
const STAKE = 1_000_000_000n
const WORKERS = 3
const LONGEST_STOP_MS = 5_000

/**
 * Starts everything on free ports, and returns when all services listen and the workers are connected.
 *
 * @example
 * const network = await startNetwork({ workers: 3 })
 * const requester = await network.user(REQUESTER)
 * await network.stop()
 */
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-network-'))
  const market = await startMarket({}, { args: options.anvilArgs ?? [] })
  const started: Service[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map(endService))
    await market.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    const network = await openNetwork({
      folder,
      market,
      options,
      start: async (plan) => {
        const service = await startService(plan)
        started.push(service)
        return service
      },
    })
    return { ...network, stop }
  } catch (cause) {
    await stop()
    throw cause
  }
}

/** In order where that does not take long: a worker would wait for the end of its tasks. */
async function endService(service: Service): Promise<void> {
  const timer = new AbortController()
  const late = setTimeout(LONGEST_STOP_MS, undefined, { signal: timer.signal }).then(service.kill, () => undefined)
  await Promise.race([service.stop(), late])
  timer.abort()
}

type Opening = {
  readonly folder: string
  readonly market: TestMarket
  readonly options: NetworkOptions
  readonly start: (plan: ServicePlan) => Promise<Service>
}

async function openNetwork(opening: Opening): Promise<Omit<Network, 'stop'>> {
  const { market, options, start } = opening
  const user = userOf(market)
  const workerAccounts = Array.from({ length: options.workers ?? WORKERS }, (_, place) => FIRST_WORKER + place)
  await endow(market, [REQUESTER, POOL_OWNER, ...workerAccounts])
  await addCategories(market, options.categories ?? [])
  const { address: workerpool } = await (await user(POOL_OWNER)).workerpools.deploy({ description: 'pool' })
  const plans = planServices(await groundOf(opening, workerpool))
  const marketService = await start(plans.market)
  const storage = await start(plans.storage)
  const scheduler = await start(plans.scheduler)
  const workers = await Promise.all(plans.workers.map(start))
  const keeper = options.keeper === false ? undefined : await start(plans.keeper)
  const chain = { ...chainOf(market), marketUrl: marketService.url, storageUrl: storage.url, ipfsApiUrl: storage.url }
  if (!(await untilSold({ marketUrl: marketService.url, chainId: chain.chainId }))) {
    throw new Error(`The pool sells nothing. Its scheduler said:\n${scheduler.said()}`)
  }
  return {
    market,
    chain,
    workerpool,
    services: { market: marketService, storage, scheduler, keeper, workers },
    user: async (account) => createIexec({ chain, account: accountOf(account), pollingMs: 20 }),
    endow: async (accounts) => endow(market, accounts),
  }
}

async function groundOf({ folder, market, options }: Opening, workerpool: Address): Promise<Ground> {
  const { anvil, addresses } = market
  const [marketPort = 0, storage = 0, scheduler = 0, keeper = 0, ...workers] = await Promise.all(
    Array.from({ length: 4 + (options.workers ?? WORKERS) }, findPort),
  )
  return {
    folder,
    rpcUrl: anvil.url,
    wsUrl: anvil.url.replace('http', 'ws'),
    hub: addresses.hub,
    workerpool,
    ports: { market: marketPort, storage, scheduler, keeper, workers },
    prices: pricesOf(options),
    keyFile: (role) => writeKey(folder, role),
    database: options.database,
    args: ['--log-level', 'info'],
    workerArgs: [
      '--places',
      String(options.places ?? 4),
      ...(options.dockerHost === undefined ? ['--no-docker'] : ['--docker-host', options.dockerHost]),
      ...(options.workerArgs ?? []),
    ],
  }
}

async function endow(market: TestMarket, accounts: readonly number[]): Promise<void> {
  await depositStakes(
    market,
    accounts.map((account) => ({ account: accountOf(account).address, amount: STAKE })),
  )
}

/** Each on its own: they are numbered in their order. */
async function addCategories(market: TestMarket, longestRuns: readonly bigint[]): Promise<void> {
  const owner = await userOf(market)(FAUCET)
  for (const workClockTimeRef of longestRuns) {
    await owner.categories.create({ name: `${workClockTimeRef} s`, description: '', workClockTimeRef })
  }
}

function chainOf({ anvil, addresses }: TestMarket): ChainSettings {
  return { name: 'local', chainId: anvil.chainId, hub: addresses.hub, rpcUrls: [anvil.url] }
}

function userOf(market: TestMarket): (account: number) => Promise<Iexec> {
  return async (account) => createIexec({ chain: chainOf(market), account: accountOf(account), pollingMs: 20 })
}

/** The usual categories of a market are numbered below it. */
const FIRST_OWN_CATEGORY = 5

/** What the pool sells: tasks of the shortest category and of its own ones. */
function pricesOf({ price = 1_000n, volume = 1_000, categories = [] }: NetworkOptions): Ground['prices'] {
  const sold = [0, ...categories.map((_, place) => FIRST_OWN_CATEGORY + place)]
  return sold.map((category) => ({ category, price, volume }))
}

/** A key in a file that only its owner reads, as services want it. */
function writeKey(folder: string, role: ServiceRole): string {
  const file = join(folder, `key-${role}`)
  writeFileSync(file, keyOf(accountNumberOf(role)), { mode: 0o600 })
  return file
}

function accountNumberOf(role: ServiceRole): number {
  if (role === 'pool-owner') return POOL_OWNER
  if (role === 'keeper') return KEEPER
  return FIRST_WORKER + Number(role.slice('worker-'.length)) - 1
}

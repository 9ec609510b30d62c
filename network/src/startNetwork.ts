// The whole market on this machine: a chain with the contracts, the market service, a storage, a scheduler with its pool, its
// workers and a keeper, each a process of its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createIexec, type ChainSettings, type Iexec } from '@iexec/sdk'
import { accountOf, keyOf } from '@iexec/chain/test/anvil'
import { startMarket, type TestMarket } from '@iexec/chain/test/market'
import { hubAbi, rlcAbi } from '@iexec/protocol/abi'
import type { Address } from 'viem'
import { waitForTransactionReceipt, writeContract } from 'viem/actions'
import { FAUCET, FIRST_WORKER, KEEPER, POOL_OWNER, REQUESTER } from './people.ts'
import { findPort, startService, type Service } from './service.ts'

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
const LONGEST_START_MS = 60_000
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
      start: async (name, main, args) => {
        const port = await findPort()
        const plan = { name, main, port, args: [...args(`http://127.0.0.1:${port}`), ...reachOf(market)] }
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
  /** Starts a service whose arguments may name the address at which it will listen. */
  readonly start: (name: string, main: string, args: (url: string) => readonly string[]) => Promise<Service>
}

function reachOf({ anvil, addresses }: TestMarket): readonly string[] {
  return ['--rpc', anvil.url, '--hub', addresses.hub, '--ws', anvil.url.replace('http', 'ws'), '--log-level', 'info']
}

async function openNetwork(opening: Opening): Promise<Omit<Network, 'stop'>> {
  const { market, options, start } = opening
  const user = userOf(market)
  const workerAccounts = Array.from({ length: options.workers ?? WORKERS }, (_, place) => FIRST_WORKER + place)
  await endow(market, [REQUESTER, POOL_OWNER, ...workerAccounts])
  await addCategories(market, options.categories ?? [])
  const { address: workerpool } = await (await user(POOL_OWNER)).workerpools.deploy({ description: 'pool' })
  const marketService = await start('market', 'services/market/src/main.ts', () => tablesOf(opening, 'market'))
  const storage = await start('storage', 'services/storage/src/main.ts', () => storageArgs(opening))
  const reach = ['--pool', workerpool, '--market', marketService.url]
  const scheduler = await start('scheduler', 'services/scheduler/src/main.ts', (url) => [
    ...reach,
    ...keyArgs(opening, POOL_OWNER),
    ...tablesOf(opening, 'scheduler'),
    '--storage',
    storage.url,
    '--prices',
    pricesFile(opening),
    '--public-url',
    url,
  ])
  const workers = await Promise.all(
    workerAccounts.map(async (_, place) => startWorker(opening, place, [...reach, '--scheduler', scheduler.url])),
  )
  const keeper = options.keeper === false ? undefined : await startKeeper(opening)
  const chain = { ...chainOf(market), marketUrl: marketService.url, storageUrl: storage.url, ipfsApiUrl: storage.url }
  await untilSold(marketService, chain, scheduler)
  return {
    market,
    chain,
    workerpool,
    services: { market: marketService, storage, scheduler, keeper, workers },
    user: async (account) => createIexec({ chain, account: accountOf(account), pollingMs: 20 }),
    endow: async (accounts) => endow(market, accounts),
  }
}

/** Gives each account a stake at the hub, in two transactions: on a chain with blocks of a second each of them takes one. */
async function endow({ owner, addresses }: TestMarket, accounts: readonly number[]): Promise<void> {
  const total = STAKE * BigInt(accounts.length)
  const targets = accounts.map((account) => accountOf(account).address)
  const approved = await writeContract(owner, {
    address: addresses.token,
    abi: rlcAbi,
    functionName: 'approve',
    args: [addresses.hub, total],
  })
  await waitForTransactionReceipt(owner, { hash: approved })
  const deposited = await writeContract(owner, {
    address: addresses.hub,
    abi: hubAbi,
    functionName: 'depositForArray',
    args: [targets.map(() => STAKE), targets],
  })
  await waitForTransactionReceipt(owner, { hash: deposited })
}

/** Each on its own: they are numbered in their order. */
async function addCategories(market: TestMarket, longestRuns: readonly bigint[]): Promise<void> {
  const owner = await userOf(market)(FAUCET)
  for (const workClockTimeRef of longestRuns) {
    await owner.categories.create({ name: `${workClockTimeRef} s`, description: '', workClockTimeRef })
  }
}

async function startWorker(opening: Opening, place: number, reach: readonly string[]): Promise<Service> {
  const { options, start } = opening
  const name = `worker-${place + 1}`
  return start(name, 'services/worker/src/main.ts', () => [
    'start',
    ...reach,
    ...keyArgs(opening, FIRST_WORKER + place),
    '--data-dir',
    folderOf(opening, name),
    '--name',
    name,
    '--places',
    String(options.places ?? 4),
    ...(options.dockerHost === undefined ? ['--no-docker'] : ['--docker-host', options.dockerHost]),
    ...(options.workerArgs ?? []),
  ])
}

async function startKeeper(opening: Opening): Promise<Service> {
  return opening.start('keeper', 'services/keeper/src/main.ts', () => [
    ...keyArgs(opening, KEEPER),
    ...tablesOf(opening, 'keeper'),
  ])
}

function chainOf({ anvil, addresses }: TestMarket): ChainSettings {
  return { name: 'local', chainId: anvil.chainId, hub: addresses.hub, rpcUrls: [anvil.url] }
}

function userOf(market: TestMarket): (account: number) => Promise<Iexec> {
  return async (account) => createIexec({ chain: chainOf(market), account: accountOf(account), pollingMs: 20 })
}

function folderOf({ folder }: Opening, name: string): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}

function tablesOf(opening: Opening, name: string): readonly string[] {
  return ['--database', opening.options.database ?? folderOf(opening, name)]
}

/** Its files stand in the folder of this network also when its tables do not. */
function storageArgs(opening: Opening): readonly string[] {
  const folder = folderOf(opening, 'storage')
  const places = ['--blocks', join(folder, 'blocks'), '--spool', join(folder, 'spool')]
  return [...tablesOf(opening, 'storage'), ...places]
}

/** The usual categories of a market are numbered below it. */
const FIRST_OWN_CATEGORY = 5

/** What the pool sells: tasks of the shortest category and of its own ones, up to the trust that its new workers reach together. */
function pricesFile(opening: Opening): string {
  const { price = 1_000n, workers = WORKERS, volume = 1_000, categories = [] } = opening.options
  const file = join(folderOf(opening, 'scheduler'), 'prices.json')
  const sold = [0, ...categories.map((_, place) => FIRST_OWN_CATEGORY + place)]
  const orders = sold.map((category) => ({ category, price: price.toString(), trust: 2 ** workers, volume }))
  writeFileSync(file, JSON.stringify({ orders }))
  return file
}

/** The pool sells once its workers are there. */
async function untilSold(market: Service, chain: ChainSettings, scheduler: Service): Promise<void> {
  const end = Date.now() + LONGEST_START_MS
  const query = new URLSearchParams({ chainId: String(chain.chainId), category: '0' })
  for (;;) {
    const answer = await fetch(`${market.url}/workerpoolorders?${query.toString()}`)
    const { count } = (await answer.json()) as { readonly count?: number }
    if (count !== undefined && count > 0) return
    if (Date.now() > end) throw new Error(`The pool sells nothing. Its scheduler said:\n${scheduler.said()}`)
    await setTimeout(20)
  }
}

/** A key in a file that only its owner reads, as services want it. */
function keyArgs({ folder }: Opening, account: number): readonly string[] {
  const file = join(folder, `key-${account}`)
  writeFileSync(file, keyOf(account), { mode: 0o600 })
  return ['--key-file', file]
}

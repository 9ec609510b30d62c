// A dead pool on a real market: deals of all sizes whose tasks nobody finishes, and a keeper over it.
import { dealTasks, type DealId, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import type { Engine } from '@iexec/service'
import { newLocation, type TestLocation } from '@iexec/service/test/database'
import {
  buyTasks,
  createApp,
  createWorkerpool,
  deposit,
  RLC,
  startChainWithMarket,
  warp,
  type TestChain,
} from '@iexec/service/test/chain'
import { accountOf } from '@iexec/chain/test/anvil'
import { getContractEvents, readContract } from 'viem/actions'
import { onTestFinished } from 'vitest'
import { pino, type Logger } from 'pino'
import type { Address } from 'viem'
import type { Config } from '../src/config.ts'
import { claimDatabase } from '../src/db/about.ts'
import { migrations, type KeeperDatabase, type Schema } from '../src/db/schema.ts'
import { reachHub } from '../src/chain.ts'
import { leadKeeper, type Work } from '../src/lead.ts'
import { openDatabase } from '@iexec/service'

/** The account of the anvil that pays for the keeper's gas. */
export const KEEPER = 12

/** What a task of these deals costs: the app's price and the workerpool's. */
export const PRICE: bigint = 3n * RLC

/** A market with a pool that does nothing. */
export type Scene = {
  readonly chain: TestChain
  readonly app: Address
  readonly pool: Address
}

/** Starts a market, and gives everybody in it enough stake. */
export async function startScene(): Promise<Scene> {
  const chain = await startChainWithMarket()
  const [app, pool] = [await createApp(chain), await createWorkerpool(chain)]
  for (const person of ['requester', 'scheduler', 'worker1', 'worker2'] as const) {
    await deposit(chain, person, 100_000n * RLC)
  }
  return { chain, app, pool }
}

/** Makes a deal of so many tasks. */
export async function makeDeal(
  { chain, app, pool }: Scene,
  { tasks, price = PRICE, trust = 1n }: { readonly tasks: bigint; readonly price?: bigint; readonly trust?: bigint },
): Promise<DealId> {
  const appprice = price / 3n
  const prices = { appprice, workerpoolprice: price - appprice }
  return buyTasks(chain, { app, workerpool: pool, volume: tasks, trust, ...prices })
}

/** Lets the time of all deals of category 0 pass. */
export async function passDeadline({ chain }: Scene): Promise<void> {
  await warp(chain, 3_000)
}

/** What somebody has in the hub. */
export async function balanceOf(
  { chain }: Scene,
  person: 'requester' | 'scheduler' | 'worker1' | 'worker2',
): Promise<{ readonly stake: bigint; readonly locked: bigint }> {
  const call = { address: chain.contracts.hub, abi: hubAbi, functionName: 'viewAccount' } as const
  const { stake, locked } = await readContract(chain.market.owner, { ...call, args: [chain.address(person)] })
  return { stake, locked }
}

/** How often each task was claimed. */
export async function claimsOf({ chain }: Scene): Promise<ReadonlyMap<TaskId, number>> {
  const logs = await getContractEvents(chain.market.owner, {
    address: chain.contracts.hub,
    abi: hubAbi,
    eventName: 'TaskClaimed',
    fromBlock: 0n,
  })
  const counts = new Map<TaskId, number>()
  for (const { args } of logs) {
    const id = args.taskid as TaskId
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

/** How many of the first tasks of these deals were claimed. */
export async function countClaimed(scene: Scene, deals: readonly (readonly [DealId, bigint])[]): Promise<number> {
  const claims = await claimsOf(scene)
  return deals.flatMap(([deal, count]) => tasksOf(deal, count)).filter((id) => claims.has(id)).length
}

/** The tasks of a deal. */
export function tasksOf(deal: DealId, count: bigint): readonly TaskId[] {
  return [...dealTasks(deal, { botFirst: 0n, botSize: count })]
}

/** Settings of a keeper over the market of a scene. */
function configOf({ chain }: Scene, changes: Partial<Config> = {}): Config {
  return {
    rpcUrls: [chain.url],
    wsUrl: undefined,
    hub: chain.contracts.hub,
    pollingMs: 20,
    rpcTimeoutMs: 10_000,
    database: ':memory:',
    host: '127.0.0.1',
    port: 0,
    rateLimit: { requests: 100, windowMs: 60_000 },
    logLevel: 'silent',
    key: {},
    fromBlock: undefined,
    maxFeePerGas: 100_000_000_000n,
    gasLimit: 8_000_000n,
    mostInFlight: 8,
    leastPrice: 1n,
    mostFree: 100n,
    patience: 0,
    ...changes,
  }
}

/** A keeper that works in this process. */
export type TestKeeper = {
  readonly work: Work
  readonly database: KeeperDatabase
  /** What it told its log. */
  readonly said: readonly string[]
  /** Ends it, and returns when it has ended. */
  readonly stop: () => Promise<void>
}

/** A place for the database of several keepers, one after the other. */
export function newPlaceFor(engine: Engine): TestLocation {
  const place = newLocation(engine)
  onTestFinished(place.remove)
  return place
}

/** Starts a keeper without its HTTP side; it ends with the test. */
export async function startTestKeeper(
  scene: Scene,
  { location }: TestLocation,
  { payer = KEEPER, ...changes }: Partial<Config> & { readonly payer?: number } = {},
): Promise<TestKeeper> {
  const ending = new AbortController()
  const said: string[] = []
  const log = listeningLog(said)
  const config = configOf(scene, changes)
  const chain = await reachHub(config, log, ending.signal)
  const database = await openDatabase<Schema>(location, { migrations })
  const firstBlock = await claimDatabase(database, chain)
  const work: Work = {
    state: { state: 'catching up' },
    head: undefined,
    trouble: undefined,
    isPoor: false,
    inFlight: () => 0,
  }
  const account = accountOf(payer)
  const running = leadKeeper({ config, chain, firstBlock, account, database, log, work }, ending.signal)
  running.catch(() => undefined)
  const stop = async (): Promise<void> => {
    if (ending.signal.aborted) return
    ending.abort()
    await running
    await database.close()
  }
  onTestFinished(stop)
  return { work, database, said, stop }
}

function listeningLog(said: string[]): Logger {
  return pino({ level: 'info', base: null }, { write: (line: string) => said.push(line) })
}

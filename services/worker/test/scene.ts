// A market, modules, a storage and a scheduler that only do what a test says, and workers that are hired for a test.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { taskId, type TaskId } from '@iexec/protocol'
import { createWasmEngine, type Engine } from '@iexec/runtime'
import type { PlaceReport, PlaceState } from '@iexec/wire/work'
import { pino } from 'pino'
import type { Address } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, onTestFinished } from 'vitest'
import { startWorker, type Worker, type WorkerConfig } from '../src/worker.ts'
import { FOREVER, HELLO, NOTHING, serveModules, TRAP, type ModuleServer } from './modules.ts'
import { openShop, RLC, type PlaceWish, type Shop, type Wish } from './shop.ts'
import { startScheduler, type SimulatedScheduler } from './simulatedScheduler.ts'
import { startStorage, type SimulatedStorage } from './simulatedStorage.ts'

/** How long a test waits for something, and how often it looks. */
export const POLL = { interval: 20, timeout: 30_000 } as const

const CHAIN = 31_337
const ENDS: readonly PlaceState[] = ['done', 'refused', 'failed', 'aborted']

/** Everything around a worker. The accounts 0 to 2 have stake. */
export type Scene = {
  readonly shop: Shop
  readonly modules: ModuleServer
  readonly storage: SimulatedStorage
  readonly scheduler: SimulatedScheduler
  readonly addressOf: (number: number) => Address
  /** Buys one task of three workers, or of one. */
  readonly buy: (wish?: Partial<Wish>) => Promise<PlaceWish & { readonly task: TaskId }>
  readonly offer: (number: number, wish: PlaceWish) => Promise<void>
  /** The first report of one of these states, or of an end. */
  readonly hear: (number: number, task: TaskId, ...states: readonly PlaceState[]) => Promise<PlaceReport>
  /** Who brought a result of a task to the storage of the pool. */
  readonly bringersOf: (task: TaskId) => readonly Address[]
  /** A worker with a folder of its own, gone after the test. */
  readonly hire: (
    number: number,
    change?: Partial<WorkerConfig>,
    options?: { readonly engines?: readonly Engine[] },
  ) => Promise<Worker>
  /** Storage and scheduler are well again, whatever a test made of them. */
  readonly mend: () => void
  readonly stop: () => Promise<void>
}

/** The scene that is open: one for all tests of a process, because a chain takes longer to start than a task to run. */
export let scene: Scene

/**
 * Opens the scene.
 *
 * @example
 * await openScene()
 * await scene.hire(0)
 * const { deal, task } = await scene.buy({ trust: 1n })
 * await scene.offer(0, { deal, path: 'finalize' })
 * await scene.hear(0, task, 'done')
 */
export async function openScene(): Promise<void> {
  const shop = await openShop()
  const modules = await serveModules(NOTHING, FOREVER, TRAP, HELLO)
  const storage = await startStorage(CHAIN, shop.hub)
  const { hub, workerpool } = shop
  const scheduler = await startScheduler({ chainId: CHAIN, hub, workerpool, storages: [storage.url] })
  for (const worker of [0, 1, 2]) await shop.stake(worker, 10n * RLC)
  const addressOf = (number: number): Address => shop.worker(number).account.address
  scene = {
    shop,
    modules,
    storage,
    scheduler,
    addressOf,
    buy: async (wish = {}) => {
      const { deal } = await shop.buy({ module: modules.find(NOTHING), trust: 8n, price: RLC, ...wish })
      return { deal, task: taskId(deal, 0n) }
    },
    offer: async (number, wish) => scheduler.offer(addressOf(number), await shop.place(addressOf(number), wish)),
    hear: async (number, task, ...states) => scheduler.hear(addressOf(number), task, ...states, ...ENDS),
    bringersOf: (task) => storage.uploads().flatMap(({ ticket }) => (ticket.taskId === task ? [ticket.worker] : [])),
    hire: async (number, change = {}, { engines } = {}) => {
      const config = await configOf(shop, number, { schedulerUrl: scheduler.url, ...change })
      return hire(config, engines)
    },
    mend: () => {
      storage.setStatus(201)
      scheduler.setAcks(true)
    },
    stop: async () => {
      await scheduler.stop()
      await storage.stop()
      await modules.stop()
      await shop.stop()
    },
  }
}

async function configOf(
  { hub, workerpool, url, workerKey }: Shop,
  number: number,
  change: Partial<WorkerConfig>,
): Promise<WorkerConfig> {
  return {
    rpcUrls: [url],
    wsUrl: undefined,
    rpcTimeoutMs: 5_000,
    pollingMs: 20,
    hub,
    workerpool,
    marketUrl: undefined,
    schedulerUrl: undefined,
    storages: [],
    gateways: [],
    allowsPrivateInputs: true,
    account: privateKeyToAccount(workerKey(number)),
    maxFeePerGas: 100_000_000_000n,
    folder: await mkdtemp(join(tmpdir(), 'iexec-worker-')),
    retentionSeconds: 3_600,
    name: `worker ${number}`,
    version: '0.0.0',
    engines: ['WASM'],
    network: false,
    gpu: false,
    places: 4,
    ...change,
  }
}

async function hire(config: WorkerConfig, engines: readonly Engine[] | undefined): Promise<Worker> {
  const { folder } = config
  const engine = createWasmEngine({ folder: join(folder, 'wasm'), gateways: [], allowsPrivate: true })
  const { signal } = new AbortController()
  const log = pino({ level: 'silent' })
  const worker = await startWorker(config, { engines: engines ?? [engine], log, now: Date.now, signal })
  await expect.poll(() => worker.pool().state, POLL).toBe('connected')
  onTestFinished(async () => {
    await worker.close()
    await rm(folder, { recursive: true, force: true })
  })
  return worker
}

// A worker with a real chain, a real hub and real engines: from an offer to what the chain says of it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWasmEngine } from '@iexec/runtime'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { privateKeyToAccount } from 'viem/accounts'
import { FOREVER, NOTHING, serveModules, TRAP, type ModuleServer } from '../test/modules.ts'
import { openShop, RLC, type Shop } from '../test/shop.ts'
import { startScheduler, type SimulatedScheduler } from '../test/simulatedScheduler.ts'
import { startStorage, type SimulatedStorage } from '../test/simulatedStorage.ts'
import { startWorker, type Worker, type WorkerConfig } from './worker.ts'

let shop: Shop
let modules: ModuleServer
let storage: SimulatedStorage
let scheduler: SimulatedScheduler

beforeAll(async () => {
  shop = await openShop()
  modules = await serveModules(NOTHING, FOREVER, TRAP)
  storage = await startStorage(31_337)
  const { hub, workerpool } = shop
  scheduler = await startScheduler({ chainId: 31_337, hub, workerpool, storages: [storage.url] })
  for (const worker of [0, 1, 2]) await shop.stake(worker, 10n * RLC)
})

afterAll(async () => {
  await scheduler.stop()
  await storage.stop()
  await modules.stop()
  await shop.stop()
})

/** A worker with a folder of its own, gone after the test. */
async function hire(number: number, change: Partial<WorkerConfig> = {}): Promise<Worker> {
  const folder = await mkdtemp(join(tmpdir(), 'iexec-worker-'))
  const { hub, workerpool, url } = shop
  const config: WorkerConfig = {
    rpcUrls: [url],
    wsUrl: undefined,
    rpcTimeoutMs: 5_000,
    pollingMs: 20,
    hub,
    workerpool,
    marketUrl: undefined,
    schedulerUrl: scheduler.url,
    storages: [],
    gateways: [],
    allowsPrivateInputs: true,
    account: privateKeyToAccount(shop.workerKey(number)),
    maxFeePerGas: 100_000_000_000n,
    folder,
    retentionSeconds: 3_600,
    name: `worker ${number}`,
    version: '0.0.0',
    engines: ['WASM'],
    network: false,
    gpu: false,
    places: 4,
    ...change,
  }
  const engine = createWasmEngine({ folder: join(folder, 'wasm'), gateways: [], allowsPrivate: true })
  const stop = new AbortController()
  const log = pino({ level: 'silent' })
  const worker = await startWorker(config, { engines: [engine], log, now: Date.now, signal: stop.signal })
  onTestFinished(async () => {
    await worker.close()
    await rm(folder, { recursive: true, force: true })
  })
  return worker
}

test('a task of trust 1 is computed, stored and finished in one transaction, although nobody has initialized it', async () => {
  await hire(0)
  const { address } = shop.worker(0).account
  const { deal, tasks } = await shop.buy({ module: modules.find(NOTHING) })
  const [task] = tasks
  if (task === undefined) return

  await scheduler.offer(address, await shop.place(address, { deal, path: 'finalize' }))

  const report = await scheduler.hear(address, task, 'done', 'refused', 'failed', 'aborted')
  expect(report).toMatchObject({ state: 'done' })
  expect(await shop.statusOf(task)).toBe(3)
  expect(storage.uploads().map(({ cid }) => cid)).toContain(report.cid)
})

// A market around workers that are processes of their own: one for all tests of them, because it takes longer to start than they do.
import { taskId, type DealId, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import type { PlaceReport, PlaceState } from '@iexec/wire/work'
import type { Address } from 'viem'
import { onTestFinished } from 'vitest'
import { FOREVER, NOTHING, serveModules, type ModuleServer } from './modules.ts'
import { prepareWorker, type WorkerProcess } from './process.ts'
import { openShop, RLC, type Shop } from './shop.ts'
import { startScheduler, type SimulatedScheduler } from './simulatedScheduler.ts'
import { startStorage, type SimulatedStorage } from './simulatedStorage.ts'

/** What is open. */
export let shop: Shop
let modules: ModuleServer
export let storage: SimulatedStorage
export let scheduler: SimulatedScheduler

/** Opens everything; the accounts 0 to 3 have stake. */
export async function openHiring(): Promise<void> {
  shop = await openShop()
  modules = await serveModules(NOTHING, FOREVER)
  storage = await startStorage(31_337, shop.hub)
  const { hub, workerpool } = shop
  scheduler = await startScheduler({ chainId: 31_337, hub, workerpool, storages: [storage.url] })
  for (const worker of [0, 1, 2, 3]) await shop.stake(worker, 10n * RLC)
}

/** Ends everything. */
export async function closeHiring(): Promise<void> {
  await scheduler.stop()
  await storage.stop()
  await modules.stop()
  await shop.stop()
}

/** The address of a worker. */
export function addressOf(number: number): Address {
  return shop.worker(number).account.address
}

/** A worker of this number; killed and cleared after the test. */
export function hire(number: number, args: readonly string[] = []): WorkerProcess {
  const { hub, workerpool, url } = shop
  const options = { rpcUrl: url, hub, workerpool, schedulerUrl: scheduler.url, key: shop.workerKey(number), args }
  const worker = prepareWorker(options)
  onTestFinished(worker.clear)
  return worker
}

/** Starts a worker until the end of the test. */
export async function run(worker: WorkerProcess): ReturnType<WorkerProcess['start']> {
  const running = await worker.start()
  onTestFinished(running.kill)
  return running
}

/** Buys one task for 1 RLC; of a module that does nothing, unless another one is named. */
export async function buy(trust: bigint, module: Uint8Array = NOTHING): Promise<DealId> {
  return (await shop.buy({ module: modules.find(module), trust, price: RLC })).deal
}

/** Offers a place to a worker. */
export async function offer(number: number, wish: Parameters<Shop['place']>[1]): Promise<TaskId> {
  await scheduler.offer(addressOf(number), await shop.place(addressOf(number), wish))
  return taskId(wish.deal, BigInt(wish.index ?? 0))
}

/** The first report of one of these states, or of an end. */
export async function hear(number: number, task: TaskId, ...states: readonly PlaceState[]): Promise<PlaceReport> {
  return scheduler.hear(addressOf(number), task, ...states, 'done', 'refused', 'failed', 'aborted')
}

/** How often a worker said that a place came to a state. */
export function countOf(number: number, task: TaskId, state: PlaceState): number {
  const seen = scheduler.reports(addressOf(number), task)
  return new Set(seen.filter((report) => report.state === state).map(({ at }) => at)).size
}

/** Transactions of a worker that wait for a block. */
export async function pendingOf(number: number): Promise<number> {
  const { owner } = shop.market
  const address = addressOf(number)
  const [pending, latest] = await Promise.all([
    owner.getTransactionCount({ address, blockTag: 'pending' }),
    owner.getTransactionCount({ address }),
  ])
  return pending - latest
}

/** What a worker has on his account. */
export async function accountOf(number: number): Promise<{ readonly stake: bigint; readonly locked: bigint }> {
  const args = [addressOf(number)] as const
  return shop.market.owner.readContract({ address: shop.hub, abi: hubAbi, functionName: 'viewAccount', args })
}

/** From here on nothing is mined. */
export async function stopMining(): Promise<void> {
  await shop.market.owner.setAutomine(false)
}

/** Mines what waits, and everything from here on. */
export async function mine(): Promise<void> {
  await shop.market.owner.setAutomine(true)
  await shop.market.owner.mine({ blocks: 1 })
}

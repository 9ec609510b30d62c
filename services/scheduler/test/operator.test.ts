// A pool that belongs to a contract: the scheduler's key is only its operator, and sells on a real market.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deployPoolOperator, waitForReceipt } from '@iexec/chain'
import { hubAbi, rlcAbi } from '@iexec/protocol/abi'
import { appOrder, deposit, match, requestOrder, RLC, type Person } from '@iexec/service/test/chain'
import { spawnService, type StartedProcess } from '@iexec/service/test/process'
import { toSignedOrder, type OrderItem, type WireOrder } from '@iexec/wire'
import type { Address } from 'viem'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startScene, untilTask, type Scene } from './scene.ts'

const OPERATOR: Person = 'datasetOwner'
const MARKET = join(import.meta.dirname, '../../market/src/main.ts')
const STORAGE = join(import.meta.dirname, '../../storage/src/main.ts')

let scene: Scene
let market: StartedProcess
let marketUrl: string
let contract: Address
const folder = mkdtempSync(join(tmpdir(), 'operator-'))
beforeAll(async () => {
  scene = await startScene()
  const { chain, pool } = scene
  const cold = chain.client('scheduler')
  const limits = {
    maxLocked: 10n ** 15n,
    maxVolume: 10_000n,
    maxTrust: 100n,
    tags: `0x${'0'.repeat(64)}`,
    minPrices: [0n, 0n],
  } as const
  const deployed = await deployPoolOperator({
    client: cold,
    hub: chain.contracts.hub,
    workerpool: pool,
    owner: cold.account.address,
    operators: [chain.address(OPERATOR)],
    limits,
  })
  contract = deployed.address
  await fund(contract)
  const args = [
    '--rpc',
    chain.url,
    '--hub',
    chain.contracts.hub,
    '--port',
    '0',
    '--polling',
    '50',
    '--rate-limit',
    '100000',
  ]
  market = spawnService(MARKET, [...args, '--database', join(folder, 'market')])
  marketUrl = await market.listening
})
afterAll(async () => {
  await market.stop()
  await scene.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Stakes for the contract: it answers for its orders. */
async function fund(target: Address): Promise<void> {
  const { chain } = scene
  const giver = chain.client('sponsor')
  await deposit(chain, 'sponsor', 1n)
  const { hub } = chain.contracts
  const token = chain.market.addresses.token
  const approve = { address: token, abi: rlcAbi, functionName: 'approve', args: [hub, 1_000n * RLC] } as const
  await waitForReceipt(giver, await giver.writeContract(approve))
  const give = { address: hub, abi: hubAbi, functionName: 'depositFor', args: [1_000n * RLC, target] } as const
  await waitForReceipt(giver, await giver.writeContract(give))
}

async function listOrders(): Promise<readonly OrderItem<'workerpoolorder'>[]> {
  const answer = await fetch(`${marketUrl}/workerpoolorders?chainId=31337&workerpool=${scene.pool}`)
  return ((await answer.json()) as { readonly orders: readonly OrderItem<'workerpoolorder'>[] }).orders
}

/** Buys one task with the order that the market shows. */
async function buy(order: WireOrder<'workerpoolorder'>): Promise<`0x${string}`> {
  const { chain, app } = scene
  const { trust, category, workerpoolprice } = toSignedOrder('workerpoolorder', order)
  const requester = chain.address('requester')
  const terms = { trust, category, workerpoolmaxprice: workerpoolprice }
  const deal = await match(chain, {
    app: appOrder({ app }),
    workerpool: toSignedOrder('workerpoolorder', order),
    request: requestOrder({ app, requester, ...terms }),
  })
  return scene.taskOf(deal)
}

test('an operator sells by the price list, runs what was bought, and tells where the API is', async () => {
  const prices = join(folder, 'prices.json')
  const list = (price: number): void => {
    writeFileSync(prices, JSON.stringify({ orders: [{ category: 0, price, trust: 4, volume: 4 }] }))
  }
  list(1_000)
  const publicUrl = 'https://pool.example'
  const scheduler = await scene.startScheduler({
    key: scene.keyOf(OPERATOR),
    args: ['--market', marketUrl, '--prices', prices, '--public-url', publicUrl],
  })
  onTestFinished(async () => {
    await scheduler.stop()
  })
  // Without workers that reach trust 4, nothing is sold.
  const first = scene.startWorker('worker1', scheduler.url)
  onTestFinished(first.stop)
  await first.ready
  await expect.poll(async () => (await fetch(`${marketUrl}/31337/workerpools/${scene.pool}`)).status).toBe(200)
  expect(await listOrders()).toEqual([])

  const second = scene.startWorker('worker2', scheduler.url)
  onTestFinished(second.stop)
  await expect.poll(listOrders).toMatchObject([{ order: { workerpoolprice: 1_000, volume: 4, trust: 4 } }])
  const [item] = await listOrders()
  const task = await buy(item?.order as WireOrder<'workerpoolorder'>)
  const record = await untilTask(scene, task, ({ status }) => status === 'completed')
  expect(record).toMatchObject({ consensus: { winners: 2, reveals: 2 } })

  // More than half is sold: it is filled up. Then the workers for it are gone: nobody shall buy in vain.
  await buy(item?.order as WireOrder<'workerpoolorder'>)
  await expect.poll(listOrders).toHaveLength(2)
  await second.stop()
  await expect.poll(listOrders).toEqual([])
}, 120_000)

/** A storage that takes results of this pool alone. */
function startStorage(pool: Address, port = 0): StartedProcess {
  const { chain } = scene
  const reach = ['--rpc', chain.url, '--hub', chain.contracts.hub, '--port', String(port)]
  const storage = spawnService(STORAGE, [...reach, '--database', join(folder, 'storage'), '--pools', pool])
  onTestFinished(storage.kill)
  return storage
}

test('nothing is sold while no storage takes results of the pool; it is told once, and sold when one does', async () => {
  const prices = join(folder, 'cheap.json')
  writeFileSync(prices, JSON.stringify({ orders: [{ category: 0, price: 7, trust: 1, volume: 4 }] }))
  const refusing = startStorage(scene.app)
  const url = await refusing.listening
  const scheduler = await scene.startScheduler({
    key: scene.keyOf(OPERATOR),
    storages: [url],
    args: ['--market', marketUrl, '--prices', prices],
  })
  onTestFinished(scheduler.kill)
  const worker = scene.startWorker('worker1', scheduler.url)
  onTestFinished(worker.stop)
  await worker.ready

  const why = `The storage ${url} does not take results of the workerpool ${scene.pool}: let its owner add that to --pools`
  const health = async (): Promise<Response> => fetch(`${scheduler.url}/health`)
  await expect
    .poll(async () => (await health()).json(), { timeout: 20_000 })
    .toMatchObject({
      ok: false,
      state: 'live',
      reason: expect.stringContaining(why) as string,
      workers: 1,
    })
  const [{ status }, orders] = [await health(), await listOrders()]
  await refusing.stop()
  await startStorage(scene.pool, Number(new URL(url).port)).listening

  await expect.poll(listOrders, { timeout: 60_000 }).toMatchObject([{ order: { workerpoolprice: 7, volume: 4 } }])
  expect([status, orders]).toEqual([503, []])
  expect((await health()).status).toBe(200)
  expect(scheduler.said().split(why)).toHaveLength(2)
}, 120_000)

/** Whether something is for sale at this price. */
async function isSold(price: number): Promise<boolean> {
  return (await listOrders()).some(({ order }) => order.workerpoolprice === price)
}

test('a category that nobody has keeps nothing else from being sold, and is told once', async () => {
  const prices = join(folder, 'edited.json')
  const list = (...categories: readonly number[]): void => {
    writeFileSync(prices, JSON.stringify({ orders: categories.map((category) => ({ category, price: 9, volume: 2 })) }))
  }
  list()
  const scheduler = await scene.startScheduler({
    key: scene.keyOf(OPERATOR),
    args: ['--market', marketUrl, '--prices', prices],
  })
  onTestFinished(scheduler.kill)
  list(77, 0)

  // Whoever joins or leaves makes it look at the list.
  const first = scene.startWorker('worker1', scheduler.url)
  onTestFinished(first.stop)
  await expect.poll(async () => isSold(9), { timeout: 20_000 }).toBe(true)
  await first.stop()
  await expect.poll(async () => isSold(9), { timeout: 20_000 }).toBe(false)

  expect(scheduler.said().split('sells category 77, which the market does not have')).toHaveLength(2)
  expect(scheduler.said()).not.toContain('revert')
}, 120_000)

test('a key that neither owns the pool nor operates it is refused in one sentence', async () => {
  const started = scene.startScheduler({ key: scene.keyOf('stranger') })

  await expect(started).rejects.toThrow(/does not know 0x[\da-fA-F]{40} as an operator: let its owner add it/u)
})

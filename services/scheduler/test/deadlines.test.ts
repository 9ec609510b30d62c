// What a scheduler does when time passes: a vote that nobody reveals, tasks that end without a result, and a chain that changes its mind.
import { RLC, rollBackTo, send, warp, type Call } from '@iexec/service/test/chain'
import { hubAbi } from '@iexec/protocol/abi'
import type { Hex } from 'viem'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { ShownPoolTask } from '../src/http/taskView.ts'
import type { SchedulerProcess } from './process.ts'
import { startScene, untilTask, type Scene } from './scene.ts'
import type { SimulatedWorker } from './simulatedWorker.ts'

let scene: Scene
let scheduler: SchedulerProcess
let workers: SimulatedWorker[] = []
beforeAll(async () => {
  scene = await startScene()
  scheduler = await scene.startScheduler()
})
afterEach(async () => {
  await Promise.all(workers.map(async ({ stop }) => stop()))
  workers = []
})
afterAll(async () => {
  await scheduler.stop()
  await scene.stop()
})

async function stakeOf(person: 'requester' | 'scheduler'): Promise<bigint> {
  const { owner } = scene.chain.market
  const asked = { address: scene.chain.contracts.hub, abi: hubAbi, functionName: 'balanceOf' } as const
  return owner.readContract({ ...asked, args: [scene.chain.address(person)] })
}

test('a vote that nobody reveals is begun again, and the requester gets his result from others', async () => {
  workers = (['worker1', 'worker2'] as const).map((person) =>
    scene.startWorker(person, scheduler.url, { doesReveal: false }),
  )
  await Promise.all(workers.map(async ({ ready }) => ready))
  const task = scene.taskOf(await scene.deal({ trust: 3n }))
  await untilTask(scene, task, ({ status }) => status === 'revealing')

  const honest = (['worker3', 'worker4'] as const).map((person) => scene.startWorker(person, scheduler.url))
  workers.push(...honest)
  await Promise.all(honest.map(async ({ ready }) => ready))
  await warp(scene.chain, 601)

  const record = await untilTask(scene, task, ({ status }) => status === 'completed')
  expect(record).toMatchObject({ consensus: { winners: 2, reveals: 2 } })
  expect(honest.map(({ places }) => places.has(task))).toEqual([true, true])
})

test('tasks that nobody finished are claimed at their end, begun or not, and the money goes back', async () => {
  const before = await stakeOf('requester')
  const silent = scene.startWorker('worker1', scheduler.url, { resultOf: () => undefined })
  workers = [silent]
  await silent.ready
  const deal = await scene.deal({ volume: 5n, price: 10n * RLC })
  await expect.poll(() => silent.places.size).toBe(1)

  await warp(scene.chain, 3_001)

  for (let index = 0; index < 5; index += 1) {
    await untilTask(scene, scene.taskOf(deal, index), ({ status }) => status === 'failed')
  }
  expect(await stakeOf('requester')).toBe(before)
})

test('a winner that keeps the result to itself is asked for it when the others brought nothing', async () => {
  workers = [scene.startWorker('worker1', scheduler.url, { doesDeliver: false })]
  await workers[0]?.ready

  const task = scene.taskOf(await scene.deal({ trust: 2n }))
  await untilTask(scene, task, ({ status }) => status === 'completed')

  expect(workers[0]?.delivered).toEqual([task])
})

test('what a reorganisation takes off the chain is done again: the deal stays, its beginning and its votes are new', async () => {
  // Nothing is agreed on before the reorganisation, however long that takes.
  const { promise: computesUntil, resolve: endComputing } = Promise.withResolvers<void>()
  workers = [
    scene.startWorker('worker2', scheduler.url),
    scene.startWorker('worker3', scheduler.url, { computesUntil }),
  ]
  await Promise.all(workers.map(async ({ ready }) => ready))
  const task = scene.taskOf(await scene.deal({ trust: 3n }))
  const { block } = await dealCall()
  await expect.poll(() => workers[0]?.states.get(task)).toBe('contributed')

  await rollBackTo(scene.chain, block)
  await scene.chain.market.owner.mine({ blocks: 2 })
  endComputing()

  const record = await untilTask(scene, task, ({ status }) => status === 'completed')
  expect(record).toMatchObject({ consensus: { winners: 2, reveals: 2 } })
}, 90_000)

/** What the scheduler says of a task; undefined: it knows none of this id. */
async function shown(task: Hex): Promise<ShownPoolTask | undefined> {
  const response = await fetch(`${scheduler.url}/tasks/${task}`)
  return response.ok ? ((await response.json()) as ShownPoolTask) : undefined
}

function endOf(task: ShownPoolTask | undefined): number {
  return new Date(task?.finalDeadline ?? '').getTime()
}

/** The transaction that made the youngest deal, for making it again: the scheduler may have sent others since. */
async function dealCall(): Promise<{ readonly call: Call; readonly block: number }> {
  const { owner } = scene.chain.market
  const { hub } = scene.chain.contracts
  const logs = await owner.getContractEvents({ address: hub, abi: hubAbi, eventName: 'OrdersMatched', fromBlock: 0n })
  const youngest = logs.at(-1)
  if (youngest === undefined) throw new Error('There is no deal.')
  const { input } = await owner.getTransaction({ hash: youngest.transactionHash })
  return { call: { from: 'stranger', to: hub, data: input }, block: Number(youngest.blockNumber) }
}

test('a deal that a reorganisation puts into a later block has its new deadlines', async () => {
  const task = scene.taskOf(await scene.deal({ trust: 3n }))
  const { call, block } = await dealCall()
  await expect.poll(async () => shown(task)).toBeDefined()
  const before = endOf(await shown(task))

  await rollBackTo(scene.chain, block - 1)
  await scene.chain.market.owner.increaseTime({ seconds: 100 })
  await send(scene.chain, call)

  await expect.poll(async () => endOf(await shown(task))).toBeGreaterThan(before + 90_000)
})

test('a deal that is gone is forgotten, its places are taken back, and given anew should it come again', async () => {
  const { promise: computesUntil, resolve: endComputing } = Promise.withResolvers<void>()
  const worker = scene.startWorker('worker4', scheduler.url, { computesUntil })
  workers = [worker]
  await worker.ready
  const task = scene.taskOf(await scene.deal({ trust: 2n }))
  const { call, block } = await dealCall()
  await expect.poll(() => worker.states.get(task)).toBe('running')

  const { owner } = scene.chain.market
  await rollBackTo(scene.chain, block - 1)
  await owner.mine({ blocks: 3 })
  await expect.poll(() => worker.withdrawn.has(task)).toBe(true)
  await expect.poll(async () => shown(task)).toBeUndefined()
  endComputing()

  await send(scene.chain, call)
  await untilTask(scene, task, ({ status }) => status === 'completed')
  expect(worker.offers.filter(({ taskId }) => taskId === task).length).toBeGreaterThan(1)
}, 60_000)

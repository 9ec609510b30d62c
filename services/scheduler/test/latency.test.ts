// How many blocks a task takes: four after its deal with several workers, one with a single one.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SchedulerProcess } from './process.ts'
import { WORKERS, startScene, untilTask, type Scene } from './scene.ts'
import type { SimulatedWorker } from './simulatedWorker.ts'

let scene: Scene
let scheduler: SchedulerProcess
let workers: readonly SimulatedWorker[] = []
beforeAll(async () => {
  scene = await startScene()
  scheduler = await scene.startScheduler()
  workers = WORKERS.slice(0, 3).map((person) => scene.startWorker(person, scheduler.url))
  await Promise.all(workers.map(async ({ ready }) => ready))
})
afterAll(async () => {
  await Promise.all(workers.map(async ({ stop }) => stop()))
  await scheduler.stop()
  await scene.stop()
})

test('a task of three votes is finished four blocks after its deal: begin, votes, reveals, end', async () => {
  const { owner } = scene.chain.market
  await owner.setAutomine(false)
  await owner.setIntervalMining({ interval: 1 })
  const took: bigint[] = []
  for (let n = 0; n < 3; n += 1) {
    const task = scene.taskOf(await scene.deal({ trust: 8n }))
    const from = await owner.getBlockNumber()
    await untilTask(scene, task, ({ status }) => status === 'completed')
    took.push((await owner.getBlockNumber()) - from)
  }
  await owner.setIntervalMining({ interval: 0 })
  await owner.setAutomine(true)

  // On a machine that is busy with other tests a block may be missed.
  expect(took.reduce((least, blocks) => (blocks < least ? blocks : least))).toBe(4n)
}, 90_000)

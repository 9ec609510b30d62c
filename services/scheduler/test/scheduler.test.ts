// A scheduler as a process, on a real chain, with simulated workers that vote there.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { SchedulerProcess } from './process.ts'
import { WORKERS, startScene, untilTask, type Scene } from './scene.ts'
import type { SimulatedBehaviour, SimulatedWorker } from './simulatedWorker.ts'

let scene: Scene
let scheduler: SchedulerProcess
beforeAll(async () => {
  scene = await startScene()
  scheduler = await scene.startScheduler()
})
afterAll(async () => {
  await scheduler.stop()
  await scene.stop()
})

/** Workers of one test. */
async function hire(
  count: number,
  behaviours: readonly SimulatedBehaviour[] = [],
): Promise<readonly SimulatedWorker[]> {
  const workers = WORKERS.slice(0, count).map((person, index) =>
    scene.startWorker(person, scheduler.url, behaviours[index] ?? {}),
  )
  onTestFinished(async () => {
    await Promise.all(workers.map(async ({ stop }) => stop()))
  })
  await Promise.all(workers.map(async ({ ready }) => ready))
  return workers
}

describe('a scheduler', () => {
  test('brings a task of trust 1 to its result by one transaction of one worker', async () => {
    const workers = await hire(2)

    const deal = await scene.deal()
    const task = scene.taskOf(deal)
    await untilTask(scene, task, ({ status }) => status === 'completed')

    expect(workers.filter(({ places }) => places.has(task))).toHaveLength(1)
    expect(workers.flatMap(({ offers }) => offers.map(({ path }) => path))).toEqual(['finalize'])
  })

  test('brings a task of trust 8 to its result with exactly three new workers', async () => {
    const workers = await hire(4)

    const deal = await scene.deal({ trust: 8n })
    const task = scene.taskOf(deal)
    const record = await untilTask(scene, task, ({ status }) => status === 'completed')

    expect(workers.filter(({ places }) => places.has(task))).toHaveLength(3)
    expect(record).toMatchObject({ consensus: { winners: 3, reveals: 3 } })
  })
})

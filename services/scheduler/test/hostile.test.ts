// A scheduler among people who wish it ill: each of them loses at most his own task.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DealId } from '@iexec/protocol'
import {
  RLC,
  appOrder,
  createApp,
  createWorkerpool,
  deposit,
  match,
  requestOrder,
  withdraw,
  workerpoolOrder,
} from '@iexec/service/test/chain'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { AHEAD, TRIAL_PLACES } from '../src/decide/room.ts'
import type { SchedulerProcess } from './process.ts'
import { WORKERS, startScene, untilTask, type Scene } from './scene.ts'
import type { SimulatedBehaviour, SimulatedWorker } from './simulatedWorker.ts'

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(async () => {
  await scene.stop()
})

async function open(database?: string): Promise<SchedulerProcess> {
  const scheduler = await scene.startScheduler(database === undefined ? {} : { database })
  onTestFinished(async () => {
    await scheduler.stop()
  })
  return scheduler
}

async function hire(url: string, ...behaviours: readonly SimulatedBehaviour[]): Promise<readonly SimulatedWorker[]> {
  const workers = behaviours.map((behaviour, index) => scene.startWorker(WORKERS[index] ?? 'worker1', url, behaviour))
  onTestFinished(async () => {
    await Promise.all(workers.map(async ({ stop }) => stop()))
  })
  await Promise.all(workers.map(async ({ ready }) => ready))
  return workers
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scheduler-hostile-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

const isDone = ({ status }: { readonly status: string }): boolean => status === 'completed'

/** A deal of one task, whose number is what a free pool of the requester's own has consumed of the same order. */
async function dealFrom(first: bigint): Promise<DealId> {
  const { chain, pool, app } = scene
  const own = await createWorkerpool(chain)
  const request = requestOrder({ app, requester: chain.address('requester'), volume: first + 2n })
  const free = { app: appOrder({ app, volume: first }), request }
  await match(chain, { ...free, workerpool: workerpoolOrder({ workerpool: own, volume: first }) })
  return match(chain, { app: appOrder({ app }), request, workerpool: workerpoolOrder({ workerpool: pool }) })
}

describe('a scheduler among hostile people', () => {
  test.each([2n ** 53n, 2n ** 64n - 4n])(
    'is not stopped by a deal whose tasks are numbered from %d, nor when it starts again',
    async (first) => {
      const database = join(makeFolder(), 'scheduler.sqlite')
      const before = await open(database)
      await hire(before.url, {})

      await dealFrom(first)
      await untilTask(scene, scene.taskOf(await scene.deal()), isDone)
      await before.stop()
      const after = await open(database)
      await hire(after.url, {})

      expect(await untilTask(scene, scene.taskOf(await scene.deal()), isDone)).toMatchObject({ status: 'completed' })
    },
  )

  test('gives an app of a type that nobody runs to any worker, because all can vote for that, and none with a callback', async () => {
    const scheduler = await open()
    const [worker] = await hire(scheduler.url, { profile: { engines: [], memoryBytes: 1, cpus: 1 } })
    const app = await createApp(scene.chain, { type: 'JAR' })

    const deaf = scene.taskOf(await scene.deal({ app, callback: scene.pool }))
    const task = scene.taskOf(await scene.deal({ app }))

    expect(await untilTask(scene, task, isDone)).toMatchObject({ status: 'completed' })
    const told = (await (await fetch(`${scheduler.url}/tasks/${deaf}`)).json()) as { readonly refusal: string }
    expect(told.refusal).toBe('No worker runs apps of the type "JAR", and a callback gets no failures.')
    expect(worker?.places.has(deaf)).toBe(false)
  })

  test('does not end when a winner names something that is no content identifier, and asks again', async () => {
    const scheduler = await open()
    const [liar] = await hire(scheduler.url, { cid: 'Qm not at all' })

    const task = scene.taskOf(await scene.deal({ trust: 2n }))
    await expect.poll(() => liar?.delivered).toContain(task)
    // Not with the wallet of the liar: asked again, it would bring what he does not.
    const honest = scene.startWorker('worker2', scheduler.url)
    onTestFinished(honest.stop)
    const other = scene.taskOf(await scene.deal())

    expect(await untilTask(scene, other, isDone)).toMatchObject({ status: 'completed' })
    expect(await scene.readTask(task)).toMatchObject({ status: 'revealing' })
  })

  test('offers nothing to who cannot lock the stake of a vote, until it can', async () => {
    const stake = 100_000n * RLC
    await withdraw(scene.chain, 'worker4', stake)
    const scheduler = await open()
    const poor = scene.startWorker('worker4', scheduler.url)
    onTestFinished(async () => poor.stop())
    await poor.ready

    const dear = scene.taskOf(await scene.deal({ trust: 2n, price: 1_000n }))
    await untilTask(scene, scene.taskOf(await scene.deal({ trust: 2n })), isDone)
    const asked = poor.places.has(dear)
    await deposit(scene.chain, 'worker4', stake)

    expect(await untilTask(scene, dear, isDone)).toMatchObject({ status: 'completed' })
    expect([asked, poor.offers.filter(({ taskId }) => taskId === dear).length]).toEqual([false, 1])
  })

  // The last one: what the talker sits on is left open, and whoever comes next would have to carry it first.
  test('gives a worker that only talks no more than a few tasks of a bag, and an honest one all that it can carry', async () => {
    const scheduler = await open()
    const talker = scene.startWorker('worker3', scheduler.url, { doesVote: false, profile: { places: 64 } })
    onTestFinished(talker.stop)
    await talker.ready
    const deal = await scene.deal({ volume: 60n })
    const held = (): number => [...talker.places.values()].filter(({ dealId }) => dealId === deal).length
    await expect.poll(held).toBe(AHEAD * TRIAL_PLACES)

    const honest = scene.startWorker('worker2', scheduler.url, { profile: { places: 64 } })
    onTestFinished(honest.stop)

    const rest = AHEAD * TRIAL_PLACES
    const others = Array.from({ length: 60 }, (_, index) => scene.taskOf(deal, index)).slice(rest)
    await Promise.all(others.map(async (task) => untilTask(scene, task, isDone)))
    expect(held()).toBe(rest)
  })
})

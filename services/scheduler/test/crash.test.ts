// A scheduler that is killed: whatever was acknowledged is kept, whatever was on its way is done once. And who takes over from whom.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { onBothEngines } from '@iexec/service/test/database'
import { makePlace, placeOf } from '@iexec/service/test/place'
import { GATEWAY_PATH } from '@iexec/wire/work'
import { hubAbi } from '@iexec/protocol/abi'
import { RLC } from '@iexec/service/test/chain'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { SchedulerProcess } from './process.ts'
import { WORKERS, startScene, untilTask, type Scene } from './scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await startScene()
})
afterAll(async () => {
  await scene.stop()
})

/** In the everyday run a few deals; deep, as many as the issue says. */
const DEALS = process.env['POOL_DEEP'] === undefined ? 6 : 30
const KILLS = process.env['POOL_DEEP'] === undefined ? 2 : 12

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function totals(): Promise<readonly bigint[]> {
  const { owner } = scene.chain.market
  const asked = { address: scene.chain.contracts.hub, abi: hubAbi, functionName: 'viewAccount' } as const
  const people = ['requester', 'scheduler', ...WORKERS] as const
  const accounts = await Promise.all(
    people.map(async (person) => owner.readContract({ ...asked, args: [scene.chain.address(person)] })),
  )
  return [accounts.reduce((sum, { stake }) => sum + stake, 0n), accounts.reduce((sum, { locked }) => sum + locked, 0n)]
}

/** Below those that a machine gives to whoever takes any: it has to be free also while the scheduler is dead. */
async function freePort(): Promise<string> {
  for (;;) {
    const port = 9_000 + Math.floor(Math.random() * 1_000)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    server.close()
    if (isFree) return String(port)
  }
}

onBothEngines('a scheduler that is killed', (engine) => {
  test('at any moment loses no task, finishes each once, and leaves no stake behind', async () => {
    const schema = `pool_31337_${scene.pool.toLowerCase()}`
    const { location, remove } = await makePlace(engine, schema)
    const args = ['--port', await freePort()]
    const start = async (): Promise<SchedulerProcess> => scene.startScheduler({ database: placeOf(location), args })
    let scheduler = await start()
    const workers = WORKERS.map((person) =>
      scene.startWorker(person, scheduler.url, { computeMs: 100, profile: { places: 2 } }),
    )
    onTestFinished(async () => {
      await Promise.all(workers.map(async ({ stop }) => stop()))
      await scheduler.stop()
      await remove()
    })
    const [stake] = await totals()

    const deals = (async () => {
      const made = []
      for (let n = 0; n < DEALS; n += 1) made.push(await scene.deal({ trust: n % 3 === 0 ? 1n : 4n, price: RLC }))
      return made
    })()
    for (let n = 0; n < KILLS; n += 1) {
      await pause(150 + Math.random() * 600)
      await scheduler.kill()
      scheduler = await start()
    }
    const tasks = (await deals).map((deal) => scene.taskOf(deal))
    await Promise.all(tasks.map(async (task) => untilTask(scene, task, ({ status }) => status === 'completed')))

    expect(await totals()).toEqual([stake, 0n])
  }, 180_000)
})

test('a scheduler that starts again where no block has come since goes on at once', async () => {
  const { location, remove } = await makePlace('sqlite', 'quiet')
  const options = { database: placeOf(location), args: ['--port', await freePort()] }
  const first = await scene.startScheduler(options)
  onTestFinished(async () => {
    await first.stop()
    await remove()
  })
  const { promise: deliversAfter, resolve: allowDelivery } = Promise.withResolvers<void>()
  const worker = scene.startWorker('worker1', first.url, { doesDeliver: false, deliversAfter })
  onTestFinished(worker.stop)
  await worker.ready
  const task = scene.taskOf(await scene.deal({ trust: 2n }))
  // All blocks are read: the winner was asked for its result.
  await expect.poll(() => worker.delivered, { timeout: 30_000 }).toContain(task)
  await first.stop()
  const second = await scene.startScheduler(options)
  onTestFinished(async () => void (await second.stop()))

  allowDelivery()

  await untilTask(scene, task, isCompleted)
}, 90_000)

async function roleOf({ url }: SchedulerProcess): Promise<string> {
  return ((await (await fetch(`${url}/health`)).json()) as { readonly role: string }).role
}

test('a scheduler whose database is lost begins nothing again that is finished', async () => {
  const first = await scene.startScheduler()
  const worker = scene.startWorker('worker1', first.url, { profile: { places: 3 } })
  const deal = await scene.deal({ volume: 5n, trust: 2n })
  await Promise.all([0, 1, 2, 3, 4].map(async (index) => untilTask(scene, scene.taskOf(deal, index), isCompleted)))
  await worker.stop()
  await first.stop()

  const second = await scene.startScheduler()
  const another = scene.startWorker('worker2', second.url, { profile: { places: 9 } })
  onTestFinished(async () => {
    await another.stop()
    await second.stop()
  })
  await another.ready
  const task = scene.taskOf(await scene.deal())
  await untilTask(scene, task, isCompleted)

  expect([...another.places.keys()]).toEqual([task])
}, 90_000)

function isCompleted({ status }: { readonly status: string }): boolean {
  return status === 'completed'
}

/** How a websocket is refused. */
async function refusalOf({ url }: SchedulerProcess): Promise<number | undefined> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${GATEWAY_PATH}`)
  return new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (_, { statusCode }) => {
      resolve(statusCode)
      socket.terminate()
    })
    socket.on('open', () => {
      resolve(undefined)
      socket.terminate()
    })
  })
}

describe.skipIf(inject('postgresUrl') === undefined)('two schedulers of one pool, on PostgreSQL', () => {
  test('never let workers in at once, and the second takes over within 5 s of the death of the first', async () => {
    const { location, remove } = await makePlace('postgres', `pool_31337_${scene.pool.toLowerCase()}`)
    const database = placeOf(location)
    const first = await scene.startScheduler({ database })
    const second = await scene.startScheduler({ database })
    const worker = scene.startWorker('worker1', first.url, {})
    onTestFinished(async () => {
      await worker.stop()
      await second.stop()
      await remove()
    })
    await worker.ready
    expect(await Promise.all([first, second].map(roleOf))).toEqual(['leading', 'standby'])
    expect(await Promise.all([first, second].map(refusalOf))).toEqual([undefined, 503])

    await first.kill()
    const died = performance.now()
    const another = scene.startWorker('worker2', second.url)
    onTestFinished(another.stop)
    await another.ready
    const tookMs = performance.now() - died

    expect(tookMs).toBeLessThan(5_000)
    const task = scene.taskOf(await scene.deal())
    await untilTask(scene, task, ({ status }) => status === 'completed')
    expect(another.places.has(task)).toBe(true)
  })
})

// A scheduler as a process, on a real chain, with simulated workers that vote there.
import { until } from '@iexec/service/test/process'
import { writeAuthorization } from '@iexec/wire'
import { GATEWAY_PATH, poolFacts, type PlaceState } from '@iexec/wire/work'
import { hashTypedData, type Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ShownPoolTask } from '../src/http/taskView.ts'
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
async function hire(...behaviours: readonly SimulatedBehaviour[]): Promise<readonly SimulatedWorker[]> {
  const workers = behaviours.map((behaviour, index) =>
    scene.startWorker(WORKERS[index] ?? 'worker1', scheduler.url, behaviour),
  )
  onTestFinished(async () => {
    await Promise.all(workers.map(async ({ stop }) => stop()))
    // The next test has other workers: these are to be gone for the scheduler, too.
    await expect.poll(async () => (await listWorkers()).filter(({ isConnected }) => isConnected)).toEqual([])
  })
  await Promise.all(workers.map(async ({ ready }) => ready))
  return workers
}

async function ask<Answer>(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return (await (await fetch(`${scheduler.url}${path}`, { headers })).json()) as Answer
}

async function listWorkers(): Promise<
  readonly { readonly worker: string; readonly isConnected: boolean; readonly free: number }[]
> {
  return (
    await ask<{ readonly workers: readonly { worker: string; isConnected: boolean; free: number }[] }>('/workers')
  ).workers
}

const isDone = ({ status }: { readonly status: string }): boolean => status === 'completed'
const holdersOf = (workers: readonly SimulatedWorker[], task: Hex): number =>
  workers.filter(({ places }) => places.has(task)).length

describe('a scheduler', () => {
  test('brings a task of trust 1 to its result by one transaction of one worker', async () => {
    const workers = await hire({}, {})

    const task = scene.taskOf(await scene.deal())
    await untilTask(scene, task, isDone)

    expect(holdersOf(workers, task)).toBe(1)
    expect(workers.flatMap(({ offers }) => offers.map(({ path }) => path))).toEqual(['finalize'])
  })

  test('brings a task of trust 8 to its result with exactly three new workers', async () => {
    const workers = await hire({}, {}, {}, {})

    const task = scene.taskOf(await scene.deal({ trust: 8n }))
    const record = await untilTask(scene, task, isDone)

    expect(holdersOf(workers, task)).toBe(3)
    expect(record).toMatchObject({ consensus: { winners: 3, reveals: 3 } })
  })

  test('asks one more when a worker votes for another result, and the liar is not paid', async () => {
    const workers = await hire({ resultOf: () => 'a lie' }, {}, {}, {})

    const task = scene.taskOf(await scene.deal({ trust: 3n, price: 1_000n }))
    const record = await untilTask(scene, task, isDone)

    expect(record).toMatchObject({ consensus: { winners: expect.any(Number) } })
    expect(workers[0]?.states.get(task) === 'done').toBe(false)
  })

  test('gives the place of a worker that is gone to another one within seconds', async () => {
    const [lost] = await hire({ resultOf: () => undefined }, {})

    const task = scene.taskOf(await scene.deal({ trust: 2n }))
    // Whoever got it first: the one who is silent goes, the other one would be done anyway.
    await expect
      .poll(async () => (await scene.readTask(task)).status === 'completed' || lost?.places.has(task))
      .toBe(true)
    await lost?.stop()

    expect(await untilTask(scene, task, isDone)).toMatchObject({ consensus: { winners: 1 } })
  })

  test('lets no slow task hold up the others of a bag', async () => {
    const { promise: computesUntil, resolve: endComputing } = Promise.withResolvers<void>()
    const quick = { profile: { places: 4 } }
    const workers = await hire({ computesUntil, profile: { places: 1 } }, quick, quick)

    const deal = await scene.deal({ volume: 24n })
    const tasks = Array.from({ length: 24 }, (_, index) => scene.taskOf(deal, index))
    await until(
      async () => Promise.all(tasks.map(scene.readTask)),
      (records) => records.filter(isDone).length >= 23,
    )
    endComputing()
    await Promise.all(tasks.map(async (task) => untilTask(scene, task, isDone)))

    const held = workers.map(({ places }) => [...places.values()].filter(({ dealId }) => dealId === deal).length)
    expect(held[0]).toBe(1)
    // On a busy machine a place may fall silent for long enough to get a substitute.
    expect(held.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(24)
  })

  test('finishes several tasks of one moment in few transactions', async () => {
    await hire({ profile: { places: 8 } }, { profile: { places: 8 } })

    const deal = await scene.deal({ volume: 8n, trust: 4n })
    const tasks = Array.from({ length: 8 }, (_, index) => scene.taskOf(deal, index))

    const ended = await Promise.all(tasks.map(async (task) => untilTask(scene, task, isDone)))
    expect(ended).toHaveLength(8)
  })

  test('takes a place back from whoever is not needed any more', async () => {
    const workers = await hire({ computeMs: 60_000 }, {}, {})
    const [slow] = workers

    const task = scene.taskOf(await scene.deal({ trust: 2n }))
    // Nobody replaces the slow one as long as it is there; when it is away for long, its place is another's.
    await expect
      .poll(() => slow?.places.has(task) === true || workers.some((one) => one.states.get(task) === 'done'))
      .toBe(true)
    if (slow?.places.has(task) === true) slow.breakOff(6_500)
    await untilTask(scene, task, isDone)

    if (slow?.places.has(task) === true) await expect.poll(() => slow.withdrawn.has(task)).toBe(true)
  })
})

describe('the gateway', () => {
  test('says whose pool it is, and forgets a place of nobody', async () => {
    const [worker] = await hire({})

    const facts = await worker?.ready

    expect(facts).toEqual(poolFacts.parse(await ask('/pool')))
    // Without it, clients would not buy bags of tasks here.
    expect(await ask('/features')).toEqual({ ok: true, features: ['bag'] })
    expect(facts).toMatchObject({ chainId: 31_337, workerpool: scene.pool })
    expect(await listWorkers()).toContainEqual(
      expect.objectContaining({ worker: worker?.address, isConnected: true, free: 1 }),
    )
  })

  test('has one connection of each worker: the newest; whoever had it before is told why, and not to come back', async () => {
    const [first] = await hire({})

    const second = scene.startWorker('worker1', scheduler.url)
    onTestFinished(second.stop)
    await second.ready

    await expect
      .poll(() => first?.goodbyes)
      .toContainEqual({ isFinal: true, message: expect.stringContaining('one wallet belongs to one worker') as string })
  })

  test.each([
    ['is no JSON', 'hello'],
    ['is no hello', '{"type":"ack","ns":[]}'],
    ['is too long', `"${'x'.repeat(300_000)}"`],
  ])('ends a connection whose first message %s', async (_, text) => {
    const socket = new WebSocket(`${scheduler.url.replace('http', 'ws')}${GATEWAY_PATH}`)
    onTestFinished(() => {
      socket.terminate()
    })
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    socket.on('error', () => undefined)
    socket.on('open', () => {
      socket.send(text)
    })

    expect(await closed).toBeUndefined()
  })

  test('offers again after a break what nobody reported, and nothing is computed twice', async () => {
    const [worker] = await hire({ computeMs: 300 })

    const task = scene.taskOf(await scene.deal())
    await expect.poll(() => worker?.places.has(task)).toBe(true)
    worker?.breakOff(20)
    await untilTask(scene, task, isDone)

    await expect.poll(() => worker?.states.get(task) satisfies PlaceState | undefined).toBe('done')
  })
})

/** Reads events of a stream until one of this name comes. */
async function readEvents(
  path: string,
  headers: Record<string, string>,
  last: string,
): Promise<readonly { event: string; data: unknown }[]> {
  const aborting = new AbortController()
  const response = await fetch(`${scheduler.url}${path}`, { headers, signal: aborting.signal })
  const events: { event: string; data: unknown }[] = []
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk as Uint8Array)
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const [, event = ''] = /^event: (.*)$/mu.exec(part) ?? []
      const [, data = 'null'] = /^data: (.*)$/mu.exec(part) ?? []
      if (event !== '') events.push({ event, data: JSON.parse(data) as unknown })
    }
    if (events.some(({ event }) => event === last)) break
  }
  aborting.abort()
  return events
}

async function logIn(person: 'requester' | 'stranger'): Promise<string> {
  const account = scene.accountOf(person)
  const challenge = await ask<Parameters<typeof hashTypedData>[0]>(
    `/tasks/logs/challenge?chainId=31337&address=${account.address}`,
  )
  const { domain, message } = challenge
  const types = { Challenge: [{ name: 'challenge', type: 'string' }] }
  const data = { domain, types, primaryType: 'Challenge', message } as const
  const signature = await account.sign({ hash: hashTypedData(data as never) })
  return writeAuthorization({ hash: hashTypedData(data as never), signature, address: account.address })
}

describe('its HTTP', () => {
  test('tells of a task what the pool knows, under the names that clients know', async () => {
    const [worker] = await hire({ says: 'hello\n' })
    const deal = await scene.deal({ trust: 2n })
    const task = scene.taskOf(deal)
    await untilTask(scene, task, isDone)
    // What the worker says and what the chain says come by ways of their own.
    const shown = await until(
      async () => ask<ShownPoolTask>(`/tasks/${task}`),
      ({ currentStatus, replicates }) =>
        [currentStatus, replicates[0]?.currentStatus].every((one) => one === 'COMPLETED'),
    )

    expect(shown).toMatchObject({
      chainTaskId: task,
      chainDealId: deal,
      taskIndex: 0,
      currentStatus: 'COMPLETED',
      trust: 2,
    })
    expect(shown.dateStatusList.map(({ status }) => status)).toEqual(
      expect.arrayContaining([
        'RECEIVED',
        'INITIALIZING',
        'INITIALIZED',
        'RUNNING',
        'CONSENSUS_REACHED',
        'FINALIZING',
        'COMPLETED',
      ]),
    )
    expect(shown.replicates).toMatchObject([{ walletAddress: worker?.address, appExitCode: 0 }])
    expect(shown.resultLink).toMatch(/^\/ipfs\/Qm/u)
  })

  test('tells of a task that waits for workers, and of nothing that is not of this pool', async () => {
    const waiting = scene.taskOf(await scene.deal({ trust: 9n, volume: 3n }), 2)

    await expect.poll(async () => (await ask<ShownPoolTask>(`/tasks/${waiting}`)).currentStatus).toBe('RECEIVED')
    expect((await fetch(`${scheduler.url}/tasks/0x${'12'.repeat(32)}`)).status).toBe(404)
    expect((await fetch(`${scheduler.url}/tasks/nothing`)).status).toBe(404)
  })

  test('gives logs to the requester alone, after a login', async () => {
    const [worker] = await hire({ says: 'hello\n' })
    const task = scene.taskOf(await scene.deal())
    await untilTask(scene, task, isDone)
    const logs = async (authorization: string): Promise<Response> =>
      fetch(`${scheduler.url}/tasks/${task}/logs`, { headers: { authorization } })

    const answer = await logs(await logIn('requester'))

    expect(await answer.json()).toMatchObject({
      chainTaskId: task,
      computeLogsList: [{ walletAddress: worker?.address, stdout: 'hello\n', stderr: '' }],
    })
    expect((await logs(await logIn('stranger'))).status).toBe(403)
    expect((await logs('nonsense')).status).toBe(401)
  })

  test('streams the states of a task to anybody, and what the app writes to its requester', async () => {
    await hire({ says: 'hello\n', computeMs: 300 })
    const authorization = await logIn('requester')
    const task = scene.taskOf(await scene.deal({ trust: 2n }))
    await expect.poll(async () => (await fetch(`${scheduler.url}/tasks/${task}`)).status).toBe(200)

    const [theirs, others] = await Promise.all([
      readEvents(`/tasks/${task}/stream`, { authorization }, 'end'),
      readEvents(`/tasks/${task}/stream`, {}, 'end'),
    ])

    expect(theirs).toContainEqual(
      expect.objectContaining({ event: 'log', data: expect.objectContaining({ text: 'hello\n' }) }),
    )
    expect(others.map(({ event }) => event)).not.toContain('log')
    expect(others.at(-1)).toEqual({ event: 'end', data: { status: 'completed' } })
  })

  test('has figures, health, and a page for people', async () => {
    const [figures, health, page] = await Promise.all([
      fetch(`${scheduler.url}/metrics`),
      fetch(`${scheduler.url}/health`),
      fetch(scheduler.url, { headers: { accept: 'text/html' } }),
    ])

    expect(await figures.text()).toMatch(/scheduler_commands_total\{kind="offer"\} \d+/u)
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({ ok: true, role: 'leading', state: 'live' })
    expect(await page.text()).toContain(`Workerpool ${scene.pool}`)
  })
})

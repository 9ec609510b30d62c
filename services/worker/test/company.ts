// Tests of a worker among others: what it refuses, and how it gets on with its pool, storages and engines. `src/worker.test.ts`
// runs them.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeTag } from '@iexec/protocol'
import { createWasmEngine } from '@iexec/runtime'
import type { PlaceReport } from '@iexec/wire/work'
import { pino } from 'pino'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, onTestFinished, test } from 'vitest'
import { FOREVER, HELLO, NOTHING } from './modules.ts'
import { POLL, scene } from './scene.ts'
import { RLC, type Wish } from './shop.ts'
import { startStorage } from './simulatedStorage.ts'
import { forgetOld, offerAgain } from '../src/result/keep.ts'
import { openShelf } from '../src/run/shelf.ts'

const UNKNOWN = '{"iexec_magic":1}'
const CALLED_BACK = `0x${'ca'.repeat(20)}` as const

test.each<[string, Partial<Wish>, PlaceReport['cause']]>([
  ['wants the internet', { tag: encodeTag('network') }, 'NETWORK_NOT_ALLOWED'],
  ['wants a TEE', { tag: encodeTag('tee,scone'), trust: 1n }, 'ENGINE_MISSING'],
  ['is of another type', { type: 'DOCKER' }, 'ENGINE_MISSING'],
  ['wants a TEE, with params that nobody knows', { tag: encodeTag('tee,scone'), params: UNKNOWN }, 'ENGINE_MISSING'],
  ['has params that nobody knows, and a callback', { params: UNKNOWN, callback: CALLED_BACK }, 'PARAMS_WRONG'],
  ['locks more than is staked', { price: 100n * RLC }, 'STAKE_TOO_LOW'],
])('a task that %s is refused before anything is computed', async (_, wish, cause) => {
  await scene.hire(0)
  const { deal, task } = await scene.buy(wish)

  await scene.offer(0, { deal })

  expect(await scene.hear(0, task)).toMatchObject({ state: 'refused', cause })
})

test('a task that locks more than the owner allows is refused', async () => {
  await scene.hire(0, { maxStake: RLC / 10n })
  const { deal, task } = await scene.buy({ price: RLC })

  await scene.offer(0, { deal })

  expect(await scene.hear(0, task)).toMatchObject({
    state: 'refused',
    message: expect.stringContaining('the owner allows'),
  })
})

test('a place that the pool has not signed for this worker is refused', async () => {
  await scene.hire(0)
  const { deal, task } = await scene.buy()
  const place = await scene.shop.place(scene.addressOf(1), { deal })

  await scene.scheduler.offer(scene.addressOf(0), place)

  expect(await scene.hear(0, task)).toMatchObject({ state: 'refused', cause: 'AUTHORIZATION_WRONG' })
})

test('a place whose votes end before the app could is refused', async () => {
  await scene.hire(0)
  const { deal, task } = await scene.buy()
  const client = scene.shop.market.owner
  const id = await client.snapshot()
  onTestFinished(async () => client.revert({ id }))
  // Of XS, votes end after 7 × 300 s.
  await client.increaseTime({ seconds: 6 * 300 + 30 })
  await client.mine({ blocks: 1 })

  await scene.offer(0, { deal })

  expect(await scene.hear(0, task)).toMatchObject({ state: 'refused', cause: 'DEAL_TOO_LATE' })
})

test('two places do not count the same stake', async () => {
  await scene.shop.stake(6, RLC / 2n)
  await scene.hire(6)
  const wish = { module: scene.modules.find(FOREVER), price: RLC }
  const [one, other] = [await scene.buy(wish), await scene.buy(wish)]

  await scene.offer(6, { deal: one.deal })
  await scene.offer(6, { deal: other.deal })

  const ends = await Promise.all([one, other].map(async ({ task }) => scene.hear(6, task, 'running')))
  expect(ends.map(({ state, cause }) => cause ?? state).toSorted()).toEqual(['STAKE_TOO_LOW', 'running'])
})

test('a worker takes no more than it has places', async () => {
  await scene.hire(0, { places: 1 })
  const wish = { module: scene.modules.find(FOREVER), price: 0n }
  const [one, other] = [await scene.buy(wish), await scene.buy(wish)]
  await scene.offer(0, { deal: one.deal })
  await scene.hear(0, one.task, 'running')

  await scene.offer(0, { deal: other.deal })

  expect(await scene.hear(0, other.task)).toMatchObject({ state: 'refused', cause: 'BUSY' })
})

test('a result waits for a storage that is down, and goes to another one', async () => {
  const own = await startStorage(31_337, scene.shop.hub)
  onTestFinished(own.stop)
  await scene.hire(0, { storages: [own.url] })
  const { deal, task } = await scene.buy({ trust: 1n })
  own.setStatus(503)
  scene.storage.setStatus(503)
  await scene.offer(0, { deal, path: 'finalize' })
  await scene.hear(0, task, 'computed')

  scene.storage.setStatus(201)

  expect(await scene.hear(0, task, 'done')).toMatchObject({ state: 'done' })
  expect(scene.bringersOf(task)).toEqual([scene.addressOf(0)])
})

test('what was reported and not stored is reported again at the next connection, which comes by itself', async () => {
  await scene.hire(0)
  const { deal, task } = await scene.buy({ trust: 1n })
  scene.scheduler.setAcks(false)
  await scene.offer(0, { deal, path: 'finalize' })
  await scene.hear(0, task, 'done')
  const before = scene.scheduler.reports(scene.addressOf(0), task).length

  scene.scheduler.cut()

  await expect.poll(() => scene.scheduler.reports(scene.addressOf(0), task).length, POLL).toBeGreaterThan(before)
  expect(scene.scheduler.reports(scene.addressOf(0), task).at(-1)).toMatchObject({ state: 'done' })
})

test('who is sent away for good stops with the words of the pool', async () => {
  const worker = await scene.hire(0)

  scene.scheduler.dismiss('This pool is full.', true)

  expect(await worker.ended).toBe('This pool is full.')
})

test('who drains takes nothing new, and waits for the end of what it has begun', async () => {
  const worker = await scene.hire(0)
  const [one, other] = [await scene.buy({ trust: 2n }), await scene.buy()]
  await scene.offer(0, { deal: one.deal })
  await scene.hear(0, one.task, 'computed')

  const drained = worker.drain(new AbortController().signal)
  await scene.scheduler.profile(scene.addressOf(0), ({ places }) => places === 0)
  await scene.offer(0, { deal: other.deal })
  expect(await scene.hear(0, other.task)).toMatchObject({ state: 'refused', cause: 'DRAINING' })
  await scene.shop.initialize(one.deal)
  await drained

  expect(scene.scheduler.reports(scene.addressOf(0), one.task).at(-1)).toMatchObject({ state: 'revealed' })
})

test('what an app writes is heard while it runs', async () => {
  await scene.hire(0)
  const { deal, task } = await scene.buy({ module: scene.modules.find(HELLO), trust: 1n })

  await scene.offer(0, { deal, path: 'finalize' })

  await scene.hear(0, task, 'done')
  const logs = scene.scheduler.logs().filter(({ taskId: id }) => id === task)
  expect(logs.map(({ text }) => text).join('')).toBe('hello\n')
})

test('a result that a storage lost is brought again, and removed when its time is over', async () => {
  const worker = await scene.hire(0)
  const { deal, task } = await scene.buy({ trust: 1n })
  await scene.offer(0, { deal, path: 'finalize' })
  await scene.hear(0, task, 'done')
  await expect.poll(async () => (await worker.store.find(task))?.isOpen, POLL).toBe(false)
  const account = privateKeyToAccount(scene.shop.workerKey(0))
  const courier = { account, chainId: 31_337, now: Date.now, timeoutMs: 5_000 }
  const keeping = {
    store: worker.store,
    folder: worker.tasks,
    courier,
    storages: () => [scene.storage.url],
    retentionSeconds: 60,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  }

  expect(await offerAgain(keeping)).toBe(0)
  scene.storage.lose()
  expect(await offerAgain(keeping)).toBe(1)

  expect(existsSync(join(worker.tasks, task))).toBe(true)
  await forgetOld({ ...keeping, courier: { ...courier, now: () => Date.now() + 61_000 } })
  expect(existsSync(join(worker.tasks, task))).toBe(false)
})

test('what was earned is counted from the chain', async () => {
  const worker = await scene.hire(5)
  const { deal, task } = await scene.buy({ trust: 1n, price: RLC })

  await scene.offer(5, { deal, path: 'finalize' })
  await scene.hear(5, task, 'done')

  // 1 % is the scheduler's.
  await expect
    .poll(async () => worker.store.sumRewards(), { interval: 100, timeout: 30_000 })
    .toEqual({ earned: (RLC * 99n) / 100n, lost: 0n, tasks: 1 })
})

test('an engine that comes later is taken without a new start, and what it has at hand is told, also at the next start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'iexec-engine-'))
  onTestFinished(async () => rm(folder, { recursive: true, force: true }))
  const worker = await scene.hire(0, {}, { engines: [] })
  const { deal, task } = await scene.buy({ trust: 1n })

  await worker.addEngine(createWasmEngine({ folder, gateways: [], allowsPrivate: true }))
  await scene.offer(0, { deal, path: 'finalize' })
  await scene.hear(0, task, 'done')

  const told = await scene.scheduler.profile(
    scene.addressOf(0),
    ({ engines, cached }) => engines.includes('WASM') && cached.includes(scene.modules.find(NOTHING).checksum),
  )
  expect(told).toMatchObject({ engines: ['WASM'] })
  expect((await openShelf(worker.store, () => undefined)).list(['WASM'])).toEqual([
    scene.modules.find(NOTHING).checksum,
  ])
})

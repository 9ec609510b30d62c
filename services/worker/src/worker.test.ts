// A worker with a real chain, a real hub and real engines: from an offer to what the chain says of it.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeTag, sealVote, taskId, type TaskId } from '@iexec/protocol'
import { hubAbi } from '@iexec/protocol/abi'
import { createWasmEngine, type Engine } from '@iexec/runtime'
import type { PlaceReport, PlaceState, WorkerProfile } from '@iexec/wire/work'
import { pino } from 'pino'
import { sha256, stringToHex, type Address } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { FOREVER, HELLO, NOTHING, serveModules, TRAP, type ModuleServer } from '../test/modules.ts'
import { openShop, RLC, type PlaceWish, type Shop, type Wish } from '../test/shop.ts'
import { startScheduler, type SimulatedScheduler } from '../test/simulatedScheduler.ts'
import { startStorage, type SimulatedStorage } from '../test/simulatedStorage.ts'
import { forgetOld, offerAgain } from './result/keep.ts'
import { openShelf } from './run/shelf.ts'
import { startWorker, type Worker, type WorkerConfig } from './worker.ts'

const POLL = { interval: 20, timeout: 30_000 }
const ENDS: readonly PlaceState[] = ['done', 'refused', 'failed', 'aborted']

let shop: Shop
let modules: ModuleServer
let storage: SimulatedStorage
let scheduler: SimulatedScheduler

beforeAll(async () => {
  shop = await openShop()
  modules = await serveModules(NOTHING, FOREVER, TRAP, HELLO)
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

beforeEach(() => {
  storage.setStatus(201)
  scheduler.setAcks(true)
})

function addressOf(number: number): Address {
  return shop.worker(number).account.address
}

/** Buys one task of three workers, or of one. */
async function buy(wish: Partial<Wish> = {}): Promise<PlaceWish & { readonly task: TaskId }> {
  const { deal } = await shop.buy({ module: modules.find(NOTHING), trust: 8n, price: RLC, ...wish })
  return { deal, task: taskId(deal, 0n) }
}

async function offer(number: number, wish: PlaceWish): Promise<void> {
  await scheduler.offer(addressOf(number), await shop.place(addressOf(number), wish))
}

/** The first report of one of these states, or of an end. */
async function hear(number: number, task: TaskId, ...states: readonly PlaceState[]): Promise<PlaceReport> {
  return scheduler.hear(addressOf(number), task, ...states, ...ENDS)
}

function bringersOf(task: TaskId): readonly Address[] {
  return storage.uploads().flatMap(({ ticket }) => (ticket.taskId === task ? [ticket.worker] : []))
}

/** A worker with a folder of its own, gone after the test. */
async function hire(
  number: number,
  change: Partial<WorkerConfig> = {},
  { engines }: { readonly engines?: readonly Engine[] } = {},
): Promise<Worker> {
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
  const worker = await startWorker(config, { engines: engines ?? [engine], log, now: Date.now, signal: stop.signal })
  await expect.poll(() => worker.pool().state, POLL).toBe('connected')
  onTestFinished(async () => {
    await worker.close()
    await rm(folder, { recursive: true, force: true })
  })
  return worker
}

test('a task of trust 1 is computed, stored and finished in one transaction, although nobody has initialized it', async () => {
  await hire(0)
  const { deal, task } = await buy({ trust: 1n })

  await offer(0, { deal, path: 'finalize' })

  const report = await hear(0, task, 'done')
  expect(report).toMatchObject({ state: 'done', exitCode: 0 })
  expect(await shop.statusOf(task)).toBe(3)
  expect(storage.uploads().map(({ cid }) => cid)).toContain(report.cid)
})

test('a task that somebody has initialized is finished in one transaction, too', async () => {
  await hire(0)
  const { deal, task } = await buy({ trust: 1n })
  await shop.initialize(deal)

  await offer(0, { deal, path: 'finalize' })

  expect(await hear(0, task, 'done')).toMatchObject({ state: 'done' })
})

test('three workers vote and reveal; the first two of the chain bring the same result, and the third when it is asked', async () => {
  for (const number of [0, 1, 2]) await hire(number)
  const { deal, task } = await buy()
  await shop.initialize(deal)

  for (const number of [0, 1, 2]) await offer(number, { deal })
  const [first] = await Promise.all([0, 1, 2].map(async (number) => hear(number, task, 'revealed')))

  const args = [task] as const
  const { contributors } = await shop.market.owner.readContract({
    address: shop.hub,
    abi: hubAbi,
    functionName: 'viewTask',
    args,
  })
  await expect.poll(() => bringersOf(task).toSorted(), POLL).toEqual(contributors.slice(0, 2).toSorted())
  const third = contributors[2]
  if (third !== undefined) await scheduler.deliver(third, task)
  await expect.poll(() => bringersOf(task), POLL).toHaveLength(3)
  await shop.finalize(task)
  const ends = await Promise.all([0, 1, 2].map(async (number) => hear(number, task)))
  expect(ends.map(({ state, digest }) => [state, digest])).toEqual(ends.map(() => ['done', first?.digest]))
  expect(new Set(ends.map(({ cid }) => cid)).size).toBe(1)
})

test('a vote waits until the task is initialized', async () => {
  await hire(0)
  const { deal, task } = await buy({ trust: 2n })

  await offer(0, { deal })
  await hear(0, task, 'computed')
  await shop.initialize(deal)

  expect(await hear(0, task, 'revealed')).toMatchObject({ state: 'revealed' })
})

test('the failure of an app is voted for, and what it failed of is told', async () => {
  await hire(0)
  const { deal, task } = await buy({ trust: 1n, module: modules.find(TRAP) })

  await offer(0, { deal, path: 'finalize' })

  expect(await hear(0, task, 'done')).toMatchObject({
    state: 'done',
    cause: 'APP_TRAPPED',
    digest: sha256(stringToHex('APP_TRAPPED')),
  })
})

const UNKNOWN = '{"iexec_magic":1}'
const SECRETS = '{"iexec_secrets":{"1":"key"}}'
const CALLED_BACK = `0x${'ca'.repeat(20)}` as const

type Impossible = {
  readonly what: string
  readonly wish: Partial<Wish>
  readonly cause: NonNullable<PlaceReport['cause']>
  readonly says: string
}

test.each<Impossible>([
  { what: 'an unknown key', wish: { params: UNKNOWN }, cause: 'PARAMS_REFUSED', says: 'no key "iexec_magic"' },
  { what: 'a wrong value', wish: { params: '{"iexec_args": 5}' }, cause: 'PARAMS_REFUSED', says: 'a text, not 5' },
  { what: 'secrets, and no TEE', wish: { params: SECRETS }, cause: 'PARAMS_REFUSED', says: 'iexec_secrets' },
  { what: 'an app of no known type', wish: { type: 'JAR' }, cause: 'APP_IMAGE_REFUSED', says: 'of the type "JAR"' },
])('a deal with $what ends by a vote, also of a worker that has no engine', async ({ wish, cause, says }) => {
  await hire(0, { engines: [] }, { engines: [] })
  const { deal, task } = await buy({ trust: 1n, ...wish })

  await offer(0, { deal, path: 'finalize' })

  const digest = sha256(stringToHex(cause))
  expect(await hear(0, task, 'done')).toMatchObject({
    state: 'done',
    cause,
    digest,
    message: expect.stringContaining(says),
  })
  expect(await shop.statusOf(task)).toBe(3)
})

test('a vote that a reorganisation took off the chain is sent again, without computing again', async () => {
  await hire(0)
  const { deal, task } = await buy()
  await shop.initialize(deal)
  await offer(0, { deal })
  await hear(0, task, 'contributed')
  await expect.poll(async () => shop.voteOf(task, addressOf(0)), POLL).toBe(1)
  const { owner } = shop.market

  await rollBack(1)
  expect(await shop.voteOf(task, addressOf(0))).toBe(0)
  // Other blocks than those that were there.
  await owner.increaseTime({ seconds: 3 })
  await owner.mine({ blocks: 2 })

  await expect.poll(async () => shop.voteOf(task, addressOf(0)), POLL).toBe(1)
  expect(scheduler.reports(addressOf(0), task).filter(({ state }) => state === 'running')).toHaveLength(1)
})

async function rollBack(depth: number): Promise<void> {
  const request = shop.market.owner.request as (call: {
    readonly method: string
    readonly params: readonly unknown[]
  }) => Promise<unknown>
  await request({ method: 'anvil_rollback', params: [depth] })
}

test('an app that is withdrawn while it runs is stopped, nothing is locked, and nothing of it is left', async () => {
  const worker = await hire(0)
  const { deal, task } = await buy({ module: modules.find(FOREVER) })
  await offer(0, { deal })
  await hear(0, task, 'running')

  await scheduler.withdraw(addressOf(0), task, 'Enough.')

  expect(await hear(0, task)).toMatchObject({ state: 'aborted', cause: 'WITHDRAWN', message: 'Enough.' })
  expect(await shop.voteOf(task, addressOf(0))).toBe(0)
  await expect.poll(() => existsSync(join(worker.tasks, task)), POLL).toBe(false)
})

test('an app is stopped as soon as others have agreed on the result', async () => {
  await hire(0)
  await hire(1)
  const { deal, task } = await buy({ module: modules.find(FOREVER), trust: 2n })
  await shop.initialize(deal)
  await offer(0, { deal })
  await hear(0, task, 'running')

  await voteBy(1, { deal })

  expect(await hear(0, task)).toMatchObject({ state: 'aborted', cause: 'CONSENSUS_OF_OTHERS' })
})

/** Votes on the chain for any result, as another worker would. */
async function voteBy(number: number, wish: PlaceWish): Promise<void> {
  const client = shop.worker(number)
  const { taskId: task, enclaveChallenge, authorization } = await shop.place(addressOf(number), wish)
  const { resultHash, resultSeal } = sealVote(addressOf(number), task as TaskId, sha256('0x01'))
  const args = [task, resultHash, resultSeal, enclaveChallenge, '0x', authorization] as const
  const hash = await client.writeContract({ address: shop.hub, abi: hubAbi, functionName: 'contribute', args })
  await client.waitForTransactionReceipt({ hash })
}

test.each<[string, Partial<Wish>, PlaceReport['cause']]>([
  ['wants the internet', { tag: encodeTag('network') }, 'NETWORK_NOT_ALLOWED'],
  ['wants a TEE', { tag: encodeTag('tee,scone'), trust: 1n }, 'ENGINE_MISSING'],
  ['is of another type', { type: 'DOCKER' }, 'ENGINE_MISSING'],
  ['wants a TEE, with params that nobody knows', { tag: encodeTag('tee,scone'), params: UNKNOWN }, 'ENGINE_MISSING'],
  ['has params that nobody knows, and a callback', { params: UNKNOWN, callback: CALLED_BACK }, 'PARAMS_WRONG'],
  ['locks more than is staked', { price: 100n * RLC }, 'STAKE_TOO_LOW'],
])('a task that %s is refused before anything is computed', async (_, wish, cause) => {
  await hire(0)
  const { deal, task } = await buy(wish)

  await offer(0, { deal })

  expect(await hear(0, task)).toMatchObject({ state: 'refused', cause })
})

test('a task that locks more than the owner allows is refused', async () => {
  await hire(0, { maxStake: RLC / 10n })
  const { deal, task } = await buy({ price: RLC })

  await offer(0, { deal })

  expect(await hear(0, task)).toMatchObject({ state: 'refused', message: expect.stringContaining('the owner allows') })
})

test('a place that the pool has not signed for this worker is refused', async () => {
  await hire(0)
  const { deal, task } = await buy()
  const place = await shop.place(addressOf(1), { deal })

  await scheduler.offer(addressOf(0), place)

  expect(await hear(0, task)).toMatchObject({ state: 'refused', cause: 'AUTHORIZATION_WRONG' })
})

test('a place whose votes end before the app could is refused', async () => {
  await hire(0)
  const { deal, task } = await buy()
  const client = shop.market.owner
  const id = await client.snapshot()
  onTestFinished(async () => client.revert({ id }))
  // Of XS, votes end after 7 × 300 s.
  await client.increaseTime({ seconds: 6 * 300 + 30 })
  await client.mine({ blocks: 1 })

  await offer(0, { deal })

  expect(await hear(0, task)).toMatchObject({ state: 'refused', cause: 'DEAL_TOO_LATE' })
})

test('two places do not count the same stake', async () => {
  await shop.stake(6, RLC / 2n)
  await hire(6)
  const wish = { module: modules.find(FOREVER), price: RLC }
  const [one, other] = [await buy(wish), await buy(wish)]

  await offer(6, { deal: one.deal })
  await offer(6, { deal: other.deal })

  const ends = await Promise.all([one, other].map(async ({ task }) => hear(6, task, 'running')))
  expect(ends.map(({ state, cause }) => cause ?? state).toSorted()).toEqual(['STAKE_TOO_LOW', 'running'])
})

test('a worker takes no more than it has places', async () => {
  await hire(0, { places: 1 })
  const wish = { module: modules.find(FOREVER), price: 0n }
  const [one, other] = [await buy(wish), await buy(wish)]
  await offer(0, { deal: one.deal })
  await hear(0, one.task, 'running')

  await offer(0, { deal: other.deal })

  expect(await hear(0, other.task)).toMatchObject({ state: 'refused', cause: 'BUSY' })
})

test('a result waits for a storage that is down, and goes to another one', async () => {
  const own = await startStorage(31_337)
  onTestFinished(own.stop)
  await hire(0, { storages: [own.url] })
  const { deal, task } = await buy({ trust: 1n })
  own.setStatus(503)
  storage.setStatus(503)
  await offer(0, { deal, path: 'finalize' })
  await hear(0, task, 'computed')

  storage.setStatus(201)

  expect(await hear(0, task, 'done')).toMatchObject({ state: 'done' })
  expect(bringersOf(task)).toEqual([addressOf(0)])
})

test('what was reported and not stored is reported again at the next connection, which comes by itself', async () => {
  await hire(0)
  const { deal, task } = await buy({ trust: 1n })
  scheduler.setAcks(false)
  await offer(0, { deal, path: 'finalize' })
  await hear(0, task, 'done')
  const before = scheduler.reports(addressOf(0), task).length

  scheduler.cut()

  await expect.poll(() => scheduler.reports(addressOf(0), task).length, POLL).toBeGreaterThan(before)
  expect(scheduler.reports(addressOf(0), task).at(-1)).toMatchObject({ state: 'done' })
})

test('who is sent away for good stops with the words of the pool', async () => {
  const worker = await hire(0)

  scheduler.dismiss('This pool is full.', true)

  expect(await worker.ended).toBe('This pool is full.')
})

test('who drains takes nothing new, and waits for the end of what it has begun', async () => {
  const worker = await hire(0)
  const [one, other] = [await buy({ trust: 2n }), await buy()]
  await offer(0, { deal: one.deal })
  await hear(0, one.task, 'computed')

  const drained = worker.drain(new AbortController().signal)
  await scheduler.profile(addressOf(0), ({ places }) => places === 0)
  await offer(0, { deal: other.deal })
  expect(await hear(0, other.task)).toMatchObject({ state: 'refused', cause: 'DRAINING' })
  await shop.initialize(one.deal)
  await drained

  expect(scheduler.reports(addressOf(0), one.task).at(-1)).toMatchObject({ state: 'revealed' })
})

test('what an app writes is heard while it runs', async () => {
  await hire(0)
  const { deal, task } = await buy({ module: modules.find(HELLO), trust: 1n })

  await offer(0, { deal, path: 'finalize' })

  await hear(0, task, 'done')
  const logs = scheduler.logs().filter(({ taskId: id }) => id === task)
  expect(logs.map(({ text }) => text).join('')).toBe('hello\n')
})

test('a result that a storage lost is brought again, and removed when its time is over', async () => {
  const worker = await hire(0)
  const { deal, task } = await buy({ trust: 1n })
  await offer(0, { deal, path: 'finalize' })
  await hear(0, task, 'done')
  await expect.poll(async () => (await worker.store.find(task))?.isOpen, POLL).toBe(false)
  const account = privateKeyToAccount(shop.workerKey(0))
  const courier = { account, chainId: 31_337, now: Date.now, timeoutMs: 5_000 }
  const keeping = {
    store: worker.store,
    folder: worker.tasks,
    courier,
    storages: () => [storage.url],
    retentionSeconds: 60,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  }

  expect(await offerAgain(keeping)).toBe(0)
  storage.lose()
  expect(await offerAgain(keeping)).toBe(1)

  expect(existsSync(join(worker.tasks, task))).toBe(true)
  await forgetOld({ ...keeping, courier: { ...courier, now: () => Date.now() + 61_000 } })
  expect(existsSync(join(worker.tasks, task))).toBe(false)
})

test('what was earned is counted from the chain', async () => {
  const worker = await hire(5)
  const { deal, task } = await buy({ trust: 1n, price: RLC })

  await offer(5, { deal, path: 'finalize' })
  await hear(5, task, 'done')

  // 1 % is the scheduler's.
  await expect
    .poll(async () => worker.store.sumRewards(), { interval: 100, timeout: 30_000 })
    .toEqual({ earned: (RLC * 99n) / 100n, lost: 0n, tasks: 1 })
})

test('an engine that comes later is taken without a new start, and what it has at hand is told, also at the next start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'iexec-engine-'))
  onTestFinished(async () => rm(folder, { recursive: true, force: true }))
  const worker = await hire(0, {}, { engines: [] })
  const { deal, task } = await buy({ trust: 1n })

  await worker.addEngine(createWasmEngine({ folder, gateways: [], allowsPrivate: true }))
  await offer(0, { deal, path: 'finalize' })
  await hear(0, task, 'done')

  const isTold = ({ engines, cached }: WorkerProfile): boolean =>
    engines.includes('WASM') && cached.includes(modules.find(NOTHING).checksum)
  expect(await scheduler.profile(addressOf(0), isTold)).toMatchObject({ engines: ['WASM'] })
  expect((await openShelf(worker.store, () => undefined)).list(['WASM'])).toEqual([modules.find(NOTHING).checksum])
})

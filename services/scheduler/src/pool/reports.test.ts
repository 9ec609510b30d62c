// What a worker can change by what it says: nothing that it could make up for its own good, or against others.
import { workerProfile, type PlaceState, type WorkerProfile } from '@iexec/wire/work'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'
import { addDeal, addTask, openBook, type Book } from '../book/book.ts'
import type { Place, Task } from '../book/model.ts'
import { REQUIREMENT } from '../decide/testWorld.ts'
import type { GatewayEvents } from '../gateway/connection.ts'
import { openHands } from './hands.ts'
import { hearWorkers } from './reports.ts'

const hash = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
const WORKER: Hex = `0x${'11'.repeat(20)}`
const PROFILE: WorkerProfile = workerProfile.parse({
  name: 'one',
  version: '1',
  platform: 'linux/x64',
  engines: ['WASM'],
  cpus: 1,
  memoryBytes: 1,
  diskBytes: 1,
  gpu: false,
  tee: [],
  network: false,
  places: 1,
  cached: [],
})

/** A scheduler's ears, at the second 60, and one place that was offered at 0; the chain answers this to whatever it is asked. */
function listen(answer = async (): Promise<bigint> => Promise.resolve(0n)): {
  readonly book: Book
  readonly task: Task
  readonly place: Place
  readonly events: GatewayEvents
} {
  const book = openBook()
  const facts = { id: hash(1), block: 1, app: WORKER, requester: WORKER, callback: undefined, trust: '2', category: 0 }
  const clock = { tag: hash(0), startTime: 0, timeref: 300, botFirst: 0, botSize: 1, workerStake: '0', owner: WORKER }
  const deal = addDeal(book, { ...facts, ...clock, requirement: REQUIREMENT, refusal: undefined, seenAt: 0 })
  const task = addTask(book, deal, { id: hash(2), index: 0 })
  const place: Place = {
    worker: WORKER,
    attempt: 1,
    path: 'commit',
    wantedUntil: 100,
    state: 'offered',
    cause: undefined,
    message: undefined,
    exitCode: undefined,
    digest: undefined,
    cid: undefined,
    callbackData: undefined,
    offeredAt: 0,
    heardAt: undefined,
    runningAt: undefined,
    endedAt: undefined,
    isWithdrawn: false,
    isSilent: false,
    deliverAt: undefined,
    history: [],
  }
  task.places.set(WORKER, place)
  const events = hearWorkers({
    book,
    hands: openHands(),
    store: { flush: async () => Promise.resolve() },
    pool: { touch: () => undefined, look: () => undefined, repeatOffers: () => undefined },
    now: () => ({ chain: 60, ms: 60_000 }),
    say: () => undefined,
    readScore: answer,
    readStake: answer,
    onChange: () => undefined,
    onLog: () => undefined,
  })
  return { book, task, place, events }
}

const logIn = async (events: GatewayEvents): Promise<void> =>
  events.onHello(WORKER, { type: 'hello', worker: WORKER, validUntil: 0, signature: '0x', profile: PROFILE })

async function report(events: GatewayEvents, ...states: readonly PlaceState[]): Promise<void> {
  const at = '2026-01-01T00:00:00.000Z'
  for (const state of states) await events.onReport(WORKER, { taskId: hash(2), state, at, cause: 'MACHINE_FAULT' })
}

test('a place that is told to be done again and again is praised once', async () => {
  const { book, events } = listen()
  await logIn(events)

  await report(events, 'done', 'running', 'done', 'running', 'done')

  expect(book.workers.get(WORKER)).toMatchObject({ succeeded: 1, failed: 0 })
})

test('how long a place took is kept from the first word, until a vote proves it', async () => {
  const { place, events } = listen()
  await logIn(events)

  await report(events, 'contributing')
  place.offeredAt = 59_999
  await report(events, 'running', 'contributing')

  expect(place.tookMs).toBe(60_000)
})

test('wallets that come, do nothing and go are forgotten; who has done something is not', async () => {
  const { book, task, events } = listen()
  task.places.clear()
  await logIn(events)
  events.onGone(WORKER)
  const stranger = book.workers.has(WORKER)
  await logIn(events)
  Object.assign(book.workers.get(WORKER) ?? {}, { failed: 1 })

  events.onGone(WORKER)

  expect([stranger, book.workers.has(WORKER)]).toEqual([false, true])
})

test('who leaves while the chain is asked about it is not there', async () => {
  const { promise, resolve } = Promise.withResolvers<bigint>()
  const { book, task, events } = listen(async () => promise)
  task.places.clear()

  const entered = logIn(events)
  events.onGone(WORKER)
  resolve(0n)
  await entered

  expect(book.workers.get(WORKER)?.isConnected ?? false).toBe(false)
})

test('of who is there it is known what it can lock', async () => {
  const { book, events } = listen(async () => Promise.resolve(7n))

  await logIn(events)

  expect(book.workers.get(WORKER)).toMatchObject({ isConnected: true, stake: 7n })
})

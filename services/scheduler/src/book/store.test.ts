// What is in the tables is what was in memory, and only the leader writes.
import { tables } from '@iexec/service'
import { onBothEngines, openTestDatabase } from '@iexec/service/test/database'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'
import { learnDurations } from '../decide/durations.ts'
import { recallDurations } from '../pool/recallDurations.ts'
import { durationNames } from '../pool/snapshots.ts'
import {
  addDeal,
  addTask,
  dropDeal,
  forgetSent,
  openBook,
  touchCommand,
  touchPlace,
  type Book,
  type LogText,
} from './book.ts'
import { dropLogs } from './logs.ts'
import { loadBook, loadCursor, loadTask, touchedAfter } from './load.ts'
import type { DealFacts, Place, Task } from './model.ts'
import { migrations, type Schema } from './schema.ts'
import { evict, openStore, takeOver } from './store.ts'

const hash = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
const address = (n: number): Hex => `0x${n.toString(16).padStart(40, '0')}`

const FACTS: DealFacts = {
  id: hash(1),
  block: 7,
  app: address(2),
  requester: address(3),
  callback: undefined,
  trust: '8',
  category: 0,
  tag: hash(0),
  startTime: 1_000,
  timeref: 300,
  botFirst: 0,
  botSize: 2,
  owner: address(4),
  requirement: { engine: 'WASM', checksum: hash(5), cpus: 1, memoryBytes: 1, gpu: false, network: false },
  refusal: undefined,
  workerStake: '0',
  seenAt: 5,
}

const PLACE: Place = {
  worker: address(9),
  attempt: 1,
  path: 'commit',
  wantedUntil: 9,
  state: 'running',
  cause: undefined,
  message: 'a NUL \0 and a " quote',
  exitCode: undefined,
  digest: undefined,
  cid: undefined,
  callbackData: undefined,
  offeredAt: 1,
  heardAt: 2,
  runningAt: 3,
  endedAt: undefined,
  isWithdrawn: false,
  isSilent: false,
  deliverAt: undefined,
  history: [{ status: 'CREATED', at: 1 }],
}

function fill(book: Book): Task {
  const deal = addDeal(book, FACTS)
  const task = addTask(book, deal, { id: hash(10), index: 0 })
  task.status = 'active'
  task.votes.push({ worker: address(9), hash: hash(11), status: 'contributed', weight: 2n })
  task.places.set(PLACE.worker, { ...PLACE })
  touchPlace(book, task, task.places.get(PLACE.worker) ?? PLACE)
  const sent = {
    kind: 'initialize',
    attempts: 1,
    decidedAt: 1,
    endedAt: undefined,
    retryAt: 0,
    tx: undefined,
    reason: undefined,
  }
  task.sent.set('initialize:1', { ...sent, state: 'open' })
  touchCommand(book, task, 'initialize:1')
  book.dirty.blocks.push({ number: 8, hash: hash(8), timestamp: 9, touched: new Map([[task.id, 'task']]) })
  return task
}

/** An app wrote something. */
function noteLog(book: Book, { id: task }: Task, text = 'before'): void {
  const log: LogText = { task, worker: PLACE.worker, stream: 'stdout', text, offset: text.length }
  book.logs.set(`${task}-${PLACE.worker}-stdout`, log)
  book.dirty.logs.add(log)
}

onBothEngines('the tables', (engine) => {
  test('give back what was written, with nothing lost in between', async () => {
    const database = await openTestDatabase<Schema>(engine, { migrations })
    const book = openBook()
    const store = openStore(database, book, await takeOver(database))
    const task = fill(book)
    task.proofs = [PLACE.worker]

    await Promise.all([store.flush(), store.flush(), store.flush()])

    const read = await loadBook(database, 0)
    const again = read.tasks.get(task.id)
    expect(again?.deal.facts).toEqual(JSON.parse(JSON.stringify(FACTS)))
    expect(again?.deal.next).toBe(1)
    expect(again).toMatchObject({ votes: task.votes, proofs: [PLACE.worker] })
    expect([...(again?.places.values() ?? [])]).toMatchObject([{ worker: PLACE.worker, state: 'running', heardAt: 2 }])
    expect(again?.sent.get('initialize:1')).toMatchObject({ state: 'open', attempts: 1 })
    expect(await loadCursor(database)).toEqual([{ number: 8, hash: hash(8) }])
    expect(await touchedAfter(database, 7)).toEqual(new Map([[task.id, 'task']]))
  })

  test('tell after a restart how long places took, of those who voted', async () => {
    const database = await openTestDatabase<Schema>(engine, { migrations })
    const book = openBook()
    const deal = addDeal(book, { ...FACTS, botSize: 9 })
    const store = openStore(database, book, await takeOver(database))
    for (let index = 0; index < 9; index += 1) {
      const task = addTask(book, deal, { id: hash(10 + index), index })
      const place = { ...PLACE, tookMs: index < 5 ? 1_000 + index : 60_000 }
      touchPlace(book, task, place)
      if (index < 5) task.votes.push({ worker: PLACE.worker, hash: hash(1), status: 'contributed', weight: 2n })
    }
    await store.flush()

    const durations = learnDurations()
    await recallDurations(database, durations)

    expect(durations.usual(durationNames(FACTS))).toBe(1_004)
    expect(durations.usual(['category 0'])).toBe(1_004)
  })

  test('forget blocks after a reorganisation, and votes that are gone', async () => {
    const database = await openTestDatabase<Schema>(engine, { migrations })
    const book = openBook()
    const store = openStore(database, book, await takeOver(database))
    const task = fill(book)
    await store.flush()

    task.votes = []
    book.dirty.tasks.add(task)
    book.dirty.rollbackTo = 7
    await store.flush()

    expect((await loadBook(database, 0)).tasks.get(task.id)?.votes).toEqual([])
    expect(await loadCursor(database)).toEqual([])
    expect(await touchedAfter(database, 0)).toEqual(new Map())
  })

  test('forget a deal that is gone, with all of its tasks, also those that had left the memory', async () => {
    const database = await openTestDatabase<Schema>(engine, { migrations })
    const book = openBook()
    const store = openStore(database, book, await takeOver(database))
    const task = fill(book)
    task.status = 'completed'
    noteLog(book, task)
    await store.flush()
    evict(book, 1_000_000)
    noteLog(book, addTask(book, task.deal, { id: hash(12), index: 1 }))

    const dropped = dropDeal(book, FACTS.id)
    await store.flush()

    expect(dropped.map(({ id }) => id)).toEqual([hash(12)])
    expect(await loadBook(database, 0)).toMatchObject({ deals: new Map(), tasks: new Map() })
    for (const table of ['deal', 'task', 'contribution', 'place', 'command', 'log'] as const)
      expect(await database.read.selectFrom(table).selectAll().execute()).toEqual([])
  })

  test('have only what is written anew when a deal that is gone comes again, also when nothing could be written before', async () => {
    const opened = await openTestDatabase<Schema>(engine, { migrations })
    const book = openBook()
    const epoch = await takeOver(opened)
    let isAway = true
    const write: typeof opened.write = async (work) => {
      if (!isAway) return opened.write(work)
      // The deal goes while its logs are on their way to a database that does not take them.
      dropDeal(book, FACTS.id)
      throw new Error('away')
    }
    const store = openStore({ ...opened, write }, book, epoch)
    noteLog(book, fill(book))

    await expect(store.flush()).rejects.toThrow('away')
    isAway = false
    expect(book.logs.size).toBe(0)
    noteLog(book, addTask(book, addDeal(book, FACTS), { id: hash(10), index: 0 }), 'again')
    await store.flush()

    expect(await opened.read.selectFrom('log').select('said').execute()).toEqual([{ said: 'again' }])
  })

  test('forget what was sent for a task that is decided anew', async () => {
    const database = await openTestDatabase<Schema>(engine, { migrations })
    const book = openBook()
    const store = openStore(database, book, await takeOver(database))
    const task = fill(book)
    await store.flush()

    forgetSent(book, task)
    await store.flush()

    expect((await loadBook(database, 0)).tasks.get(task.id)?.sent).toEqual(new Map())
  })

  test('take nothing from a process that was replaced', async () => {
    const database = await openTestDatabase<Schema>(engine, { migrations })
    const book = openBook()
    const store = openStore(database, book, await takeOver(database))
    await takeOver(database)
    fill(book)

    await expect(store.flush()).rejects.toThrow('Another process has taken over this pool.')
    expect((await loadBook(database, 0)).tasks.size).toBe(0)
  })

  test('keep finished tasks, which leave the memory, and drop old logs', async () => {
    const database = await openTestDatabase<Schema>(engine, { migrations })
    const book = openBook()
    const store = openStore(database, book, await takeOver(database))
    const task = fill(book)
    task.status = 'completed'
    book.dirty.logs.add({ task: task.id, worker: PLACE.worker, stream: 'stdout', text: 'x\0y', offset: 3 })

    expect(evict(book, 1_000_000)).toEqual([])
    await store.flush()
    expect(evict(book, 1_000_000)).toEqual([task])

    expect((await loadBook(database, 0)).tasks.size).toBe(0)
    expect((await loadTask(database, openBook(), task.id))?.status).toBe('completed')
    expect(await database.read.selectFrom('log').select('said').execute()).toEqual([{ said: 'x\uFFFDy' }])
    await dropLogs(database, { since: Date.now() + 1, mostBytes: 1_000 })
    expect(await database.read.selectFrom('log').selectAll().execute()).toEqual([])
  })

  test('count the bytes of logs that were written before there was a quota', async () => {
    const row = `('a', 'a', 'a', 'stdout', 'éé', 1)`
    const written = `insert into log (id, task, worker, stream, said, changed_at) values ${row}`
    const database = await openTestDatabase<Schema>(engine, {
      migrations: (on) => ({ ...migrations(on), '0001_then': tables(on, [written]) }),
    })

    expect(await database.read.selectFrom('log').select('size').execute()).toEqual([{ size: 4 }])
  })

  test('keep logs as long as there is room: those of tasks that ended first go first, those in hand last', async () => {
    const database = await openTestDatabase<Schema>(engine, { migrations })
    const book = openBook()
    const deal = addDeal(book, { ...FACTS, botSize: 4 })
    const store = openStore(database, book, await takeOver(database))
    const tasks = [0, 1, 2, 3].map((index) => addTask(book, deal, { id: hash(10 + index), index }))
    for (const [index, task] of tasks.entries()) {
      // The oldest of all is still in hand.
      if (index > 0) task.status = 'completed'
      book.dirty.logs.add({ task: task.id, worker: PLACE.worker, stream: 'stdout', text: 'é'.repeat(50), offset: 50 })
    }
    await store.flush()
    for (const [index, { id }] of tasks.entries())
      await database.write(async (writer) =>
        writer.updateTable('log').set({ changed_at: index }).where('task', '=', id).execute(),
      )
    const left = async (mostBytes: number): Promise<readonly string[]> => {
      await dropLogs(database, { since: 0, mostBytes })
      return (await database.read.selectFrom('log').select('task').orderBy('changed_at').execute()).map(
        ({ task }) => task,
      )
    }

    expect(await left(400)).toEqual([hash(10), hash(11), hash(12), hash(13)])
    expect(await left(399)).toEqual([hash(10), hash(12), hash(13)])
    expect(await left(100)).toEqual([hash(10)])
    expect(await left(99)).toEqual([])
  })
})

// What becomes of a deal and its tasks that a reorganisation put into another block.
import type { WorkerProfile } from '@iexec/wire/work'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'
import { addTask, countProofs, openBook, type Book } from '../book/book.ts'
import type { DealFacts, Task } from '../book/model.ts'
import { REQUIREMENT } from '../decide/testWorld.ts'
import { greet } from '../pool/hands.ts'
import { takeDeal } from './readAgain.ts'

const hash = (n: number): Hex => `0x${n.toString(16).padStart(64, '0')}`
const ADDRESS: Hex = `0x${'11'.repeat(20)}`

const FACTS: DealFacts = {
  id: hash(1),
  block: 7,
  app: ADDRESS,
  requester: ADDRESS,
  callback: undefined,
  trust: '2',
  category: 0,
  tag: hash(0),
  startTime: 1_000,
  timeref: 300,
  botFirst: 0,
  botSize: 5,
  workerStake: '0',
  owner: ADDRESS,
  requirement: REQUIREMENT,
  refusal: undefined,
  seenAt: 1,
}

/** A book with two begun tasks of the deal, which is then mined again with these facts. */
function mineAgain(facts: Partial<DealFacts>): {
  readonly book: ReturnType<typeof openBook>
  readonly tasks: readonly Task[]
  readonly gone: readonly Task[]
  readonly moved: readonly Hex[]
} {
  const book = openBook()
  const gone: Task[] = []
  const reader = { book, onGone: (task: Task) => gone.push(task) }
  takeDeal(reader, FACTS)
  const deal = book.deals.get(FACTS.id)
  if (deal === undefined) throw new Error('There is no deal.')
  const tasks = [0, 1].map((index) => addTask(book, deal, { id: hash(10 + index), index }))
  const moved = takeDeal(reader, { ...FACTS, seenAt: 99, ...facts })
  return { book, tasks, gone, moved }
}

test('the same bargain keeps its tasks, and all of them are decided anew by its new clock', () => {
  const { book, tasks, gone, moved } = mineAgain({ block: 9, startTime: 1_100 })

  expect(moved).toEqual(tasks.map(({ id }) => id))
  expect(gone).toEqual([])
  expect(tasks[0]?.deal.facts).toMatchObject({ block: 9, startTime: 1_100, seenAt: 1 })
  expect(book.deals.get(FACTS.id)?.next).toBe(2)
})

test('a deal that is told of twice changes nothing', () => {
  const { tasks, gone, moved } = mineAgain({})

  expect([moved, gone]).toEqual([[], []])
  expect(tasks[0]?.deal.facts).toEqual(FACTS)
})

test.each<Partial<DealFacts>>([{ trust: '3' }, { botSize: 4 }, { callback: ADDRESS }, { workerStake: '1' }])(
  'another bargain under the same id, as with %o, begins anew',
  (other) => {
    const { book, tasks, gone, moved } = mineAgain(other)

    expect(gone).toEqual(tasks)
    expect(moved).toEqual([])
    expect(book.tasks.size).toBe(0)
    expect(book.deals.get(FACTS.id)).toMatchObject({ next: 0, facts: other })
  },
)

const PROFILE: WorkerProfile = {
  name: 'any',
  version: '0.0.0',
  platform: 'linux/x64',
  engines: [],
  cpus: 1,
  memoryBytes: 1,
  diskBytes: 1,
  gpu: false,
  tee: [],
  network: false,
  places: 1,
  cached: [],
}

/** A task that ended with the vote of a worker, and without that of another. */
function endTask(): { readonly book: Book; readonly task: Task; readonly proved: () => readonly number[] } {
  const book = openBook()
  const [winner, loser] = [ADDRESS, `0x${'22'.repeat(20)}`] as const
  const workers = [winner, loser].map((address) => greet(book, address, { profile: PROFILE, score: 0n, now: 0 }))
  takeDeal({ book, onGone: () => undefined }, FACTS)
  const deal = book.deals.get(FACTS.id)
  if (deal === undefined) throw new Error('There is no deal.')
  const task = addTask(book, deal, { id: hash(10), index: 0 })
  task.votes.push({ worker: winner, hash: hash(2), status: 'proved', weight: 1n })
  task.votes.push({ worker: loser, hash: hash(3), status: 'rejected', weight: 1n })
  countProofs(book, task)
  return { book, task, proved: () => workers.map((worker) => worker.proved) }
}

test('the end of a task counts once for whoever proved its result, however often it is told', () => {
  const { book, task, proved } = endTask()
  const first = proved()

  countProofs(book, task)

  expect([first, proved()]).toEqual([
    [1, 0],
    [1, 0],
  ])
})

test('the end of a task counts no more when a reorganisation takes its deal away, and once when it comes again', () => {
  const { book, task, proved } = endTask()
  const before = [...task.votes]

  takeDeal({ book, onGone: () => undefined }, { ...FACTS, trust: '3' })
  const without = proved()
  const deal = book.deals.get(FACTS.id)
  if (deal === undefined) throw new Error('There is no deal.')
  const again = addTask(book, deal, { id: task.id, index: 0 })
  again.votes.push(...before)
  countProofs(book, again)

  expect([without, proved()]).toEqual([
    [0, 0],
    [1, 0],
  ])
})

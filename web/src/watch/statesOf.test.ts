import { expect, test } from 'vitest'
import { seenOf, whatHappened } from './happened.ts'
import { statesOfSales, statesOfWork } from './statesOf.ts'
import { keyOf, type Watched } from './watched.ts'

const account = { kind: 'address', id: `0x${'a'.repeat(40)}` } as const
const task = { kind: 'task', id: `0x${'7'.repeat(64)}` } as const
const app = { kind: 'app', id: `0x${'b'.repeat(40)}` } as const
const watched: readonly Watched[] = [account, task, app]

test('the first deal of an account is told', () => {
  const before = statesOfSales(watched, { apps: [], workerpools: [], accounts: [] })
  const deal = { id: task.id, timestamp: '1700000000' }
  const now = statesOfSales(watched, {
    apps: [],
    workerpools: [],
    accounts: [{ id: account.id, dealRequester: [deal] }],
  })

  expect(whatHappened('address', seenAs(account, before), seenAs(account, now))).toBe('accountBought')
})

test('a task that nobody had begun is told when it has ended', () => {
  const before = statesOfWork(watched, { tasks: [], deals: [] })
  const now = statesOfWork(watched, { tasks: [{ id: task.id, status: 'COMPLETED', failure: null }], deals: [] })

  expect(whatHappened('task', seenAs(task, before), seenAs(task, now))).toBe('taskCompleted')
})

test('before the index has answered, and of an app that it does not know, no state is known', () => {
  const states = new Map(statesOfSales(watched, { apps: [], workerpools: [], accounts: [] }))

  expect([statesOfSales(watched, undefined), statesOfWork(watched, undefined)]).toEqual([[], []])
  expect([...states.keys()]).toEqual([keyOf(account)])
})

function seenAs(one: Watched, states: ReturnType<typeof statesOfWork>): string {
  const state = new Map(states).get(keyOf(one))
  if (state === undefined) throw new Error('It has no state.')
  return seenOf(state)
}

import { taskId, type DealId } from '@iexec/protocol'
import { expect, test } from 'vitest'
import { findDealOf, placeOf, progressOf, tasksBetween } from './dealTasks.ts'

const dealid = `0x${'d'.repeat(64)}` as DealId
const range = { dealid, botFirst: 2, botSize: 3 }

test('tasks that nobody has begun have the id that they will have, in their places among the others', () => {
  const id = taskId(dealid, 3n)
  const begun = [{ id, index: '3', status: 'COMPLETED', failure: 'APP_EXITED', timestamp: '77' } as const]

  const tasks = tasksBetween(range, { from: 2, to: 5, begun })

  expect(tasks).toEqual([
    { taskid: taskId(dealid, 2n), index: 2, status: undefined, failure: null, changed: undefined },
    { taskid: id, index: 3, status: 'completed', failure: 'APP_EXITED', changed: 77 },
    { taskid: taskId(dealid, 4n), index: 4, status: undefined, failure: null, changed: undefined },
  ])
})

test('the place of a task is found in its deal, and nowhere else', () => {
  const places = [2n, 4n, 5n].map((index) => placeOf(taskId(dealid, index), range))

  expect(places).toEqual([2, 4, undefined])
})

test('an endless deal of a stranger is not searched to its end', () => {
  const place = placeOf(taskId(dealid, 10n ** 15n), { dealid, botFirst: 0, botSize: Number.MAX_SAFE_INTEGER })

  expect(place).toBeUndefined()
})

test('a task is found among deals, whose sizes are not believed without end', () => {
  const [huge, small] = [
    { dealid: `0x${'e'.repeat(64)}` as const, botFirst: 0, botSize: 10 ** 9 },
    { dealid, botFirst: 0, botSize: 2 },
  ]

  const found = [[small], [huge, small]].map((deals) => findDealOf(taskId(dealid, 1n), deals))

  expect(found).toEqual([small, undefined])
})

test.each([
  [
    { size: 5, begun: 3, completed: 1, failed: 0 },
    false,
    { completed: 1, failed: 0, running: 2, waiting: 2, claimable: 0 },
  ],
  [
    { size: 5, begun: 3, completed: 1, failed: 1 },
    true,
    { completed: 1, failed: 1, running: 0, waiting: 0, claimable: 3 },
  ],
  [
    { size: 2, begun: 1, completed: 2, failed: 0 },
    false,
    { completed: 2, failed: 0, running: 0, waiting: 0, claimable: 0 },
  ],
])('of %o, over or not (%s), it is %o', (counts, isOver, progress) => {
  expect(progressOf(counts, isOver)).toEqual(progress)
})

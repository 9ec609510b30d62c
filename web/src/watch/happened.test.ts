// What is told of what is watched.
import { expect, test } from 'vitest'
import { seenOf, statusOf, whatHappened } from './happened.ts'

test.each([
  ['task', 'unset', 'active', undefined],
  ['task', 'active', 'revealing', undefined],
  ['task', 'revealing', 'completed', 'taskCompleted'],
  ['task', 'unset', 'completed', 'taskCompleted'],
  ['task', 'active', 'fruitless', 'taskFruitless'],
  ['task', 'active', 'failed', 'taskFailed'],
  ['task', 'completed', 'completed', undefined],
  ['deal', '0/3', '2/3', undefined],
  ['deal', '2/3', '3/3', 'dealDone'],
  ['deal', '3/3', '3/3', undefined],
  ['app', '7', '7', undefined],
  ['app', '9', '10', 'appSold'],
  ['workerpool', '0', '1', 'workerpoolSold'],
  ['address', '0', '1700000000', 'accountBought'],
  ['address', '1700000000', '1700000001', 'accountBought'],
  ['address', '1700000000', '1700000000', undefined],
] as const)('of a %s that was %j and is %j, %j is told', (...[kind, before, now, told]) => {
  expect(whatHappened(kind, before, now)).toBe(told)
})

test('a block that was undone is no sale, and what it undid is told when it happens again', () => {
  expect(whatHappened('app', '8', '7')).toBeUndefined()
  expect(whatHappened('address', '1700000001', '1700000000')).toBeUndefined()
  expect(whatHappened('task', 'completed', 'active')).toBeUndefined()
  expect(whatHappened('task', 'active', 'completed')).toBe('taskCompleted')
})

test.each([
  ['ACTIVE', 'active'],
  ['REVEALING', 'revealing'],
  ['COMPLETED', 'completed'],
  ['FAILLED', 'failed'],
  ['UNSET', 'unset'],
])('a task that is %s in the index is %s', (status, said) => {
  expect(statusOf({ status, failure: null })).toBe(said)
})

test('a task on whose failure the workers agreed has no result', () => {
  expect(statusOf({ status: 'COMPLETED', failure: 'APP_EXITED' })).toBe('fruitless')
})

test('a market that does not tell of failures tells of results', () => {
  expect(statusOf({ status: 'COMPLETED' })).toBe('completed')
})

test('a state is kept in signs that are read again', () => {
  expect(seenOf({ is: 'task', status: 'fruitless' })).toBe('fruitless')
  expect(seenOf({ is: 'deal', ended: 1, all: 3 })).toBe('1/3')
  expect(seenOf({ is: 'asset', sold: 12, name: '<b>' })).toBe('12')
  expect(seenOf({ is: 'account', lastDeal: undefined })).toBe('0')
  expect(seenOf({ is: 'account', lastDeal: { id: '0xa', madeAt: 1_700_000_000 } })).toBe('1700000000')
})

import { expect, test } from 'vitest'
import { ORDERS, STATE } from '../../test/fitting.ts'
import { asDealId, asInstant, taskId } from '../ids.ts'
import { dealTasks, hasTaskIndex } from './deal.ts'
import { contributionDeadline, finalDeadline, hasExpired, isContributionOpen, revealDeadline } from './deadline.ts'
import { matchOrders } from './match.ts'

const clock = (timeref: bigint) => ({ startTime: asInstant(1000n), timeref })

// offchain §3.2: longest run, reveal window and deal window of each default category, in seconds.
test.each([
  { name: 'XS', timeref: 300n, reveal: 10n * 60n, whole: 50n * 60n },
  { name: 'S', timeref: 1200n, reveal: 40n * 60n, whole: 200n * 60n },
  { name: 'M', timeref: 3600n, reveal: 2n * 3600n, whole: 10n * 3600n },
  { name: 'L', timeref: 10_800n, reveal: 6n * 3600n, whole: 30n * 3600n },
  { name: 'XL', timeref: 36_000n, reveal: 20n * 3600n, whole: 100n * 3600n },
])('category $name: reveal within $reveal s, everything ends after $whole s', ({ timeref, reveal, whole }) => {
  expect(contributionDeadline(clock(timeref))).toBe(1000n + 7n * timeref)
  expect(revealDeadline(clock(timeref), asInstant(2000n))).toBe(2000n + reveal)
  expect(finalDeadline(clock(timeref))).toBe(1000n + whole)
})

test('contributing is open until the second before its deadline', () => {
  expect(isContributionOpen(clock(300n), asInstant(3099n))).toBe(true)
  expect(isContributionOpen(clock(300n), asInstant(3100n))).toBe(false)
})

test('a deal has expired at the very second of its final deadline', () => {
  expect(hasExpired(clock(300n), asInstant(3999n))).toBe(false)
  expect(hasExpired(clock(300n), asInstant(4000n))).toBe(true)
})

test('the tasks of a deal are those from its first index on', () => {
  const id = asDealId(`0x${'11'.repeat(32)}`)
  const bag = { botFirst: 4n, botSize: 2n }

  expect([...dealTasks(id, bag)]).toEqual([taskId(id, 4n), taskId(id, 5n)])
})

test('the tasks of the largest deal that the hub makes are told one by one, and from any index on', () => {
  const id = asDealId(`0x${'11'.repeat(32)}`)
  const largest = 2n ** 64n - 1n

  const [first, second] = dealTasks(id, { botFirst: 0n, botSize: largest })
  const page = [...dealTasks(id, { botFirst: largest - 2n, botSize: 2n })]

  expect([first, second]).toEqual([taskId(id, 0n), taskId(id, 1n)])
  expect(page).toEqual([taskId(id, largest - 2n), taskId(id, largest - 1n)])
})

test('an index belongs to a deal from the first to the last, and not beyond', () => {
  const state = { ...STATE, orders: { ...STATE.orders, request: { ...STATE.orders.request, consumed: 2n } } }
  const match = matchOrders(ORDERS, state)

  const inside = [1n, 2n, 6n, 7n].map((index) => match.ok && hasTaskIndex(match.deal, index))

  expect(inside).toEqual([false, true, true, false])
})

// Tests of a worker that is killed at each point of a place, or asked to end: it goes on where it was. `process.test.ts` runs them.
import { until } from '@iexec/service/test/process'
import { expect, test } from 'vitest'
import {
  accountOf,
  addressOf,
  buy,
  countOf,
  hear,
  hire,
  mine,
  offer,
  pendingOf,
  run,
  scheduler,
  shop,
  stopMining,
  storage,
} from './hiring.ts'
import { FOREVER } from './modules.ts'
import { RLC } from './shop.ts'

test('killed while it computes, a worker computes again, and ends the task', async () => {
  const worker = hire(0)
  const first = await run(worker)
  const deal = await buy(2n, FOREVER)
  const task = await offer(0, { deal })
  await hear(0, task, 'running')

  await first.kill()
  await run(worker)

  await until(
    async () => Promise.resolve(countOf(0, task, 'running')),
    (count) => count === 2,
  )
  await scheduler.withdraw(addressOf(0), task, 'Enough.')
  expect(await hear(0, task)).toMatchObject({ state: 'aborted' })
})

test('killed with a vote that it could not send yet, a worker sends it without computing again', async () => {
  const worker = hire(1)
  const first = await run(worker)
  const deal = await buy(2n)
  const task = await offer(1, { deal })
  await hear(1, task, 'computed')

  await first.kill()
  await run(worker)
  await shop.initialize(deal)

  expect(await hear(1, task, 'revealed')).toMatchObject({ state: 'revealed' })
  expect(countOf(1, task, 'running')).toBe(1)
})

test('killed while its vote is on its way, a worker has voted once, and reveals', async () => {
  const worker = hire(2)
  const first = await run(worker)
  const deal = await buy(2n)
  await shop.initialize(deal)
  await stopMining()
  const task = await offer(2, { deal })
  await hear(2, task, 'contributing')
  await until(
    async () => pendingOf(2),
    (count) => count > 0,
  )

  await first.kill()
  await mine()
  await run(worker)

  expect(await hear(2, task, 'revealed')).toMatchObject({ state: 'revealed' })
  expect(await shop.voteOf(task, addressOf(2))).toBe(2)
  expect(countOf(2, task, 'running')).toBe(1)
})

test('killed while its reveal is on its way, a worker has revealed, and brings the result', async () => {
  const worker = hire(3)
  const first = await run(worker)
  const deal = await buy(2n)
  const task = await offer(3, { deal })
  await hear(3, task, 'computed')
  storage.setStatus(503)
  await shop.initialize(deal)
  await hear(3, task, 'contributed', 'revealing', 'revealed')

  await first.kill()
  storage.setStatus(201)
  await run(worker)

  await until(
    async () => Promise.resolve(scheduler.reports(addressOf(3), task).at(-1)),
    (report) => report?.cid !== undefined,
  )
  await shop.finalize(task)
  const end = await hear(3, task)
  expect(end.state).toBe('done')
  const account = await accountOf(3)
  expect(account.locked).toBe(0n)
  expect(account.stake).toBeGreaterThan(10n * RLC)
})

test('killed with its vote on the chain, a worker reveals what others have agreed on meanwhile', async () => {
  const worker = hire(0)
  const first = await run(worker)
  await run(hire(1))
  const deal = await buy(4n)
  await shop.initialize(deal)
  const task = await offer(0, { deal })
  await hear(0, task, 'contributed')

  await first.kill()
  await offer(1, { deal })
  expect(await hear(1, task, 'revealed')).toMatchObject({ state: 'revealed' })
  await run(worker)

  expect(await hear(0, task, 'revealed')).toMatchObject({ state: 'revealed' })
  await shop.finalize(task)
  expect([await hear(0, task), await hear(1, task)].map(({ state }) => state)).toEqual(['done', 'done'])
})

test('killed while its one transaction is on its way, a worker has finished the task once', async () => {
  const worker = hire(2)
  const first = await run(worker)
  const deal = await buy(1n)
  await stopMining()
  const task = await offer(2, { deal, path: 'finalize' })
  await until(
    async () => pendingOf(2),
    (count) => count > 0,
  )

  await first.kill()
  await mine()
  await run(worker)

  expect(await hear(2, task)).toMatchObject({ state: 'done' })
  expect(await shop.statusOf(task)).toBe(3)
  expect(countOf(2, task, 'running')).toBe(1)
})

test('a worker that is asked to end finishes what it has begun, and says that nothing is left', async () => {
  const worker = hire(0)
  const running = await run(worker)
  const deal = await buy(2n)
  const task = await offer(0, { deal })
  await hear(0, task, 'computed')

  const stopped = running.stop()
  await scheduler.profile(addressOf(0), ({ places }) => places === 0)
  await shop.initialize(deal)

  expect(await stopped).toBe(0)
  expect(running.said()).toContain('Nothing is left to do.')
  expect(running.said()).not.toContain('The scheduler is away')
  expect(await shop.voteOf(task, addressOf(0))).toBe(2)
})

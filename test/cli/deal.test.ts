// iexec deal: a run that was bought is found again, and one that nobody does is paid back.
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REQUESTER, STRANGER, addressOf, type Shop } from '../sdk/shop.ts'
import { APP_PRICE, POOL_PRICE, openWorkshop, type Workshop } from './workshop.ts'

const PRICE = APP_PRICE + POOL_PRICE

type Json = Readonly<Record<string, unknown>>

let workshop: Workshop
let shop: Shop
beforeAll(async () => {
  workshop = await openWorkshop()
  shop = workshop.shop
})
afterAll(async () => workshop.stop())

/** A deal of several tasks. */
async function buy(volume: bigint): Promise<Hex> {
  const { dealId } = await shop.requester.run(shop.app, { volume })
  return dealId
}

test('a deal says why it waits, until when, and where the money is', async () => {
  const dealId = await buy(1n)

  const { exitCode, out } = await workshop.sit(STRANGER).iexec(['deal', 'show', dealId])

  expect(exitCode).toBe(0)
  expect(out).toContain(`Deal ${dealId}`)
  expect(out).toMatch(/why +0 of 1 task is completed; the others have time until \d{4}-/u)
  expect(out).toMatch(/next +in \d+ min \(\d{4}-[^)]+\): nobody can contribute any more/u)
  expect(out).toMatch(/app +0x\w+, 3 nRLC a task/u)
  expect(out).toMatch(/money +13 nRLC held: paid for results only/u)
})

test('tasks that nobody began in time are claimed together, by anybody, and the price comes back exactly', async () => {
  const before = await workshop.stakeOf(REQUESTER)
  const dealId = await buy(3n)
  const paid = await workshop.stakeOf(REQUESTER)
  await workshop.work(dealId, 'one', 1n)
  const desk = workshop.sit(STRANGER)
  const early = await desk.iexec(['deal', 'claim', dealId])
  await workshop.passDeadline()

  const shown = await desk.iexec(['deal', 'show', dealId])
  const claimed = await desk.raw(['deal', 'claim', dealId])
  const again = await desk.iexec(['deal', 'claim', dealId])
  const watched = await desk.iexec(['deal', 'show', dealId, '--watch', '--raw'])

  expect(paid).toBe(before - 3n * PRICE)
  expect(early.exitCode).toBe(1)
  expect(early.errors).toMatch(/cannot be claimed before \d{4}-[^,]*Z\.\n {2}That is in \d+ \w+/u)
  expect(shown.out).toContain(`26 nRLC comes back to ${addressOf(REQUESTER)} with: iexec deal claim ${dealId}`)
  const { tasks } = (await desk.raw(['deal', 'show', dealId]))['deal'] as { readonly tasks: Json }
  expect(claimed).toEqual({
    ok: true,
    claimed: { '0': tasks['0'], '2': tasks['2'] },
    transactions: [{ txHash: expect.stringMatching(/^0x/u), type: 'initializeAndClaimArray' }],
  })
  expect(await workshop.stakeOf(REQUESTER)).toBe(before - PRICE)
  expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining('left to claim') })
  expect(watched.exitCode).toBe(1)
  expect(JSON.parse(watched.errors)).toMatchObject({
    ok: false,
    tasksCount: 3,
    completedTasksCount: 1,
    failedTasksCount: 2,
    tasks: [{ statusName: 'FAILED' }, { statusName: 'COMPLETED' }, { statusName: 'FAILED' }],
    failedTasks: [{ idx: '0' }, { idx: '2' }],
  })
})

test('a deal is followed in a terminal until its last task has ended', async () => {
  const dealId = await buy(2n)
  const call = workshop.sit(STRANGER).person(['deal', 'show', dealId, '--watch'])

  await call.sees('0 of 2 tasks are completed')
  await workshop.work(dealId, 'one', 0n)
  await call.sees('1 of 2 tasks are completed')
  await workshop.work(dealId, 'two', 1n)
  await call.sees('2 of 2 tasks are completed')
  await call.sees('26 nRLC paid')

  expect(await call.ended).toBe(0)
})

test.each<{ line: readonly string[]; says: string; code?: number }>([
  { line: ['deal', 'show', '0x12'], says: '0x12', code: 2 },
  { line: ['deal', 'show', `0x${'ab'.repeat(32)}`], says: `There is no deal 0x${'ab'.repeat(32)} on test` },
  { line: ['deal', 'claim', `0x${'ab'.repeat(32)}`], says: 'There is no deal' },
])('$line is refused: $says', async ({ line, says, code = 1 }) => {
  const { exitCode, out, errors } = await workshop.sit(REQUESTER).iexec(line)

  expect(exitCode).toBe(code)
  expect(errors).toContain(says)
  expect(out).toBe('')
})

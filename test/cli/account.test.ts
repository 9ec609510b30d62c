// iexec account, against a real market.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deskOf } from '../desk.ts'
import { addressOf, startHouse, type House } from '../house.ts'
import { openDesk, type Desk } from '../iexec.ts'

let house: House
let desk: Desk
beforeAll(async () => {
  house = await startHouse()
  desk = openDesk(house.chain)
})
afterAll(async () => {
  desk.clear()
  await house.stop()
})

test('account show needs no password, and says what is free and what is held', async () => {
  await house.give(1, 500n)
  const alice = await house.user(1)
  await alice.account.deposit(500n)

  expect(await desk.raw(['account', 'show', addressOf(1)])).toEqual({
    ok: true,
    balance: { stake: '500', locked: '0' },
  })
})

test('in a terminal, account show speaks in sentences', async () => {
  const call = desk.person(['account', 'show', addressOf(1)])

  await call.sees(`Account ${addressOf(1)}`)
  await call.sees('500 nRLC')

  expect(await call.ended).toBe(0)
})

test('all of nothing is withdrawn without a transaction, and says so', async () => {
  const bob = deskOf(2, house.chain)
  const { wei } = await (await house.user(2)).wallet.show(addressOf(2))

  const told = await bob.iexec(['account', 'withdraw', 'all'])
  const raw = await bob.raw(['account', 'withdraw', 'all'])

  expect(told).toEqual({
    exitCode: 0,
    out: 'There is nothing to withdraw: nothing is free on your account.\n',
    errors: '',
  })
  expect(raw).toEqual({ ok: true, amount: '0' })
  expect((await (await house.user(2)).wallet.show(addressOf(2))).wei).toBe(wei)
})

// iexec account, against a real market.
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deskOf } from '../desk.ts'
import { addressOf, type House } from '../house.ts'
import { openDesk, type Desk } from '../iexec.ts'
import { APP_OWNER, REQUESTER } from '../sdk/shop.ts'
import { APP_PRICE, openWorkshop, type Workshop } from './workshop.ts'

let workshop: Workshop
let house: House
let desk: Desk
beforeAll(async () => {
  workshop = await openWorkshop()
  house = workshop.shop.house
  desk = openDesk(house.chain)
})
afterAll(async () => {
  desk.clear()
  await workshop.stop()
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

test('what was earned is told to people and programs, and scripts of the existing command see what they know', async () => {
  const { shop } = workshop
  const line = ['account', 'show', addressOf(APP_OWNER)]
  const bought = await workshop.sit(REQUESTER).raw(['app', 'run', shop.app, '--force'])
  const [deal] = bought['deals'] as readonly { readonly dealid: Hex }[]
  await workshop.work(deal?.dealid ?? '0x', 'done')
  await shop.synced()

  const told = await desk.iexec(line)
  const asked = JSON.parse((await desk.iexec([...line, '--json'])).out) as object
  const raw = await desk.raw(line)
  const events = JSON.parse((await desk.iexec(['account', 'history', addressOf(APP_OWNER), '--json'])).out) as object
  const shown = await desk.iexec(['account', 'history', addressOf(APP_OWNER), '--last', '1'])

  expect(told.out).toMatch(/free +\d.*\n +locked +.*\n +earned +3 nRLC/u)
  expect(asked).toMatchObject({ ok: true, earned: `${APP_PRICE}` })
  expect(Object.keys(raw['balance'] as object)).toEqual(['stake', 'locked'])
  expect(Object.keys(raw)).toEqual(['ok', 'balance'])
  expect(events).toMatchObject({
    events: expect.arrayContaining([expect.objectContaining({ kind: 'Reward', amount: '3' })]),
  })
  expect(shown.out).toMatch(/: 1 of \d+ events, the newest first/u)
})

test('without the market, what an account has is told all the same, and that the rest is not known', async () => {
  const far = workshop.sit(REQUESTER, { iexecGateway: 'http://127.0.0.1:9' })

  const told = await far.iexec(['account', 'show'])
  const history = await far.iexec(['account', 'history'])

  expect(told).toMatchObject({
    exitCode: 0,
    errors: '',
    out: expect.stringMatching(/earned +not known\. The market at/u),
  })
  expect(history).toMatchObject({ exitCode: 1, errors: expect.stringContaining('The market at 127.0.0.1:9') })
})

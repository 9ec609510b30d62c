// iexec app run, left by Ctrl-C at every moment: nothing that was begun is lost, and what is said of it is so.
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { leaveOnceSent } from '../desk.ts'
import { POOL_OWNER, REQUESTER, addressOf, type Shop } from '../sdk/shop.ts'
import { APP_PRICE, POOL_PRICE, openWorkshop, type Workshop } from './workshop.ts'

const PRICE = APP_PRICE + POOL_PRICE
const HASH = /^0x[0-9a-f]{64}$/u

let workshop: Workshop
let shop: Shop
beforeAll(async () => {
  workshop = await openWorkshop()
  shop = workshop.shop
})
afterAll(async () => workshop.stop())

/** A transaction that waits for a block, as it was signed. */
async function pendingTransaction(hash: Hex): Promise<Hex> {
  for (;;) {
    const bytes = await shop.house.owner.request({ method: 'eth_getRawTransactionByHash', params: [hash] } as never)
    if (bytes !== null) return bytes
  }
}

/** Returns when a transaction of anvil's nth account waits for a block. */
async function waitsForBlock(account: number): Promise<void> {
  const count = async (blockTag: 'latest' | 'pending') =>
    shop.house.owner.getTransactionCount({ address: addressOf(account), blockTag })
  while ((await count('pending')) === (await count('latest')));
}

test('Ctrl-C leaves a run that was bought: it says how to come back, and that does it', async () => {
  const desk = workshop.sit(REQUESTER)
  const call = desk.person(['app', 'run', shop.app, '--yes'])

  await call.sees('The workerpool has not begun it yet.')
  call.presses('\u0003')
  await call.sees(/You left; the run goes on, as the deal 0x[0-9a-f]{64}/u)
  await call.sees(/iexec deal show 0x[0-9a-f]{64} --watch comes back to it\./u)
  const exitCode = await call.ended
  const [, dealId = ''] = /iexec deal show (0x[0-9a-f]{64}) --watch/u.exec(call.screen()) ?? []
  await workshop.work(dealId as Hex, 'late')
  const watched = await desk.raw(['deal', 'show', dealId, '--watch'])

  expect(exitCode).toBe(130)
  expect(watched).toMatchObject({ ok: true, tasksCount: 1, completedTasksCount: 1, failedTasksCount: 0 })
})

test('Ctrl-C in the middle of a purchase names the deal that may come of it, and waits for the end of what was begun', async () => {
  const { owner } = shop.house
  await owner.setAutomine(false)
  onTestFinished(async () => owner.setAutomine(true))
  const call = workshop.sit(REQUESTER).person(['app', 'run', shop.app, '--yes'])

  await call.sees(/match the orders for 1 task: 0x[0-9a-f]{64}/u)
  call.presses('\u0003')
  await call.sees('Ctrl-C: what was begun is brought to its end first. Ctrl-C again leaves at once.')
  await call.sees(/iexec deal show 0x[0-9a-f]{64} --watch shows the deal, if it is made\./u)
  await owner.mine({ blocks: 1 })
  await call.sees(/You left; the run was bought and goes on, as the deal 0x[0-9a-f]{64}\./u)

  expect(await call.ended).toBe(130)
  const [first, second] = [...call.screen().matchAll(/(?:deal show|as the deal) (0x[0-9a-f]{64})/gu)].map(
    ([, id]) => id,
  )
  expect(first).toBe(second)
  expect(await shop.requester.deals.show(first as Hex)).toMatchObject({ requester: addressOf(REQUESTER) })
})

test('Ctrl-C while a match is on its way that is refused then: its request is closed, and no deal is told', async () => {
  const { poolOwner, workerpool, house, synced } = shop
  const { owner } = house
  const cheaper = await poolOwner.orders.sign(
    poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice: POOL_PRICE - 1n, trust: 1n }),
  )
  await poolOwner.orders.publish(cheaper)
  await synced()
  await owner.setAutomine(false)
  onTestFinished(async () => owner.setAutomine(true))
  const call = workshop.sit(REQUESTER).person(['app', 'run', shop.app, '--yes', '--max-price', `${PRICE}`, 'nRLC'])
  await call.sees(/match the orders for 1 task: 0x[0-9a-f]{64}/u)
  const hash = /match the orders for 1 task: (0x[0-9a-f]{64})/u.exec(call.screen())?.[1] as Hex
  const match = await pendingTransaction(hash)

  await owner.dropTransaction({ hash })
  const cancelled = poolOwner.orders.cancel(cheaper)
  await waitsForBlock(POOL_OWNER)
  await owner.mine({ blocks: 1 })
  await cancelled
  call.presses('\u0003')
  await call.sees('Ctrl-C: what was begun is brought to its end first. Ctrl-C again leaves at once.')
  await owner.sendRawTransaction({ serializedTransaction: match }).catch(() => undefined)
  await owner.mine({ blocks: 1 })
  await owner.setAutomine(true)

  expect(await call.ended).toBe(130)
  expect(await owner.getTransactionReceipt({ hash })).toMatchObject({ status: 'reverted' })
  expect(call.screen()).toMatch(/You left before the run was bought: no deal was made\.(?! The deal)/u)
  const closing = /cancel the request order[^:]*: (0x[0-9a-f]{64})/u.exec(call.screen())?.[1] as Hex
  expect(await owner.getTransactionReceipt({ hash: closing })).toMatchObject({ status: 'success' })
})

test('whoever presses Ctrl-C again and again has the id of the deal, in the form that was asked for', async () => {
  const { owner } = shop.house
  const [desk, address] = [workshop.sit(REQUESTER), addressOf(REQUESTER)]
  await owner.setAutomine(false)
  onTestFinished(async () => owner.setAutomine(true))
  const buy = async (form: string) => {
    const called = await leaveOnceSent(desk.begin(['app', 'run', shop.app, '--yes', form]), address, owner)
    await owner.mine({ blocks: 1 })
    await shop.synced()
    return called
  }

  const raw = await buy('--raw')
  const json = await buy('--json')

  expect([raw, json]).toMatchObject([
    { exitCode: 130, out: '' },
    { exitCode: 130, errors: '' },
  ])
  const { error } = JSON.parse(raw.errors) as { readonly error: { readonly name: string; readonly message: string } }
  expect(error.name).toBe('Interrupted')
  const [, dealId] = /The deal, if it is made, is (0x[0-9a-f]{64})\./u.exec(error.message) ?? []
  const document = JSON.parse(json.out) as { readonly error: { readonly details: { readonly dealId: Hex } } }
  expect(document).toMatchObject({
    ok: false,
    error: { code: 'Interrupted', details: { dealId: expect.any(String), txHash: expect.stringMatching(HASH) } },
  })
  for (const id of [dealId as Hex, document.error.details.dealId]) {
    expect(await shop.requester.deals.show(id)).toMatchObject({ requester: address })
  }
})

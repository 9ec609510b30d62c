// iexec app run, by somebody who buys runs of an app of others, and of his own.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readZip } from '@iexec/sdk'
import type { Address, Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { APP_OWNER, DATASET_OWNER, REQUESTER, STRANGER, addressOf, type Shop } from '../sdk/shop.ts'
import { APP_PRICE, POOL_PRICE, openWorkshop, type Workshop } from './workshop.ts'

const PRICE = APP_PRICE + POOL_PRICE
const HASH = /^0x[0-9a-f]{64}$/u

type Json = Readonly<Record<string, unknown>>

let workshop: Workshop
let shop: Shop
beforeAll(async () => {
  workshop = await openWorkshop()
  shop = workshop.shop
})
afterAll(async () => workshop.stop())

/** Deals of an app that the market knows. */
async function listDeals(app: Address): Promise<readonly Hex[]> {
  const { items } = await shop.requester.deals.fetch({ app })
  return items.map(({ dealId }) => dealId)
}

/** The deal of an app that was not there before, once the market knows of it. */
async function newDealOf(app: Address, known: readonly Hex[] = []): Promise<Hex> {
  for (;;) {
    const deal = (await listDeals(app)).find((id) => !known.includes(id))
    if (deal !== undefined) return deal
  }
}

test('a person sees price and gas, says yes, watches, and has the verified result in the end', async () => {
  const desk = workshop.sit(REQUESTER)
  const before = await workshop.stakeOf(REQUESTER)
  const call = desk.person(['app', 'run', shop.app, '--args', '--fast', '--download', 'answer.zip'])

  await call.sees(`A run of the app ${shop.app}`)
  await call.sees('3 nRLC a task')
  await call.sees(`${shop.workerpool}, 10 nRLC a task`)
  await call.sees(/a result within \d+ min, or the price comes back/u)
  await call.sees('13 nRLC in all')
  await call.sees(/gas +about 0\.\d+ ether/u)
  await call.sees('Buy this run for 13 nRLC? [Y/n]')
  call.types('y')
  await call.sees(/deal +0x[0-9a-f]{64}/u)
  await call.sees('The workerpool has not begun it yet.')
  await call.sees(/in \d+ min \(\d{4}-.*\): nobody can contribute/u)
  const [, dealId = ''] = /deal +(0x[0-9a-f]{64})/u.exec(call.screen()) ?? []
  await workshop.work(dealId as Hex, 'forty-two')
  await call.sees('13 nRLC was paid: app 3 nRLC, workerpool 10 nRLC')
  await call.sees('the workers agreed on result.txt')

  expect(await call.ended).toBe(0)
  const [file] = readZip(readFileSync(join(desk.folder, 'answer.zip')))
  expect(new TextDecoder().decode(file?.read())).toBe('forty-two')
  expect(await workshop.stakeOf(REQUESTER)).toBe(before - PRICE)
})

test('who says no buys nothing', async () => {
  const desk = workshop.sit(REQUESTER)
  const before = await workshop.stakeOf(REQUESTER)
  const call = desk.person(['app', 'run', shop.app])

  await call.sees('Buy this run for 13 nRLC?')
  call.types('n')
  await call.sees('Operation aborted by user.')

  expect(await call.ended).toBe(1)
  expect(await workshop.stakeOf(REQUESTER)).toBe(before)
})

test('with --json it ends with one document that has the deal, what was paid and the result', async () => {
  const known = await listDeals(shop.app)
  const called = workshop.sit(REQUESTER).iexec(['app', 'run', shop.app, '--force', '--json', '--download', 'a.zip'])
  await workshop.work(await newDealOf(shop.app, known), 'seven')

  const { exitCode, out, errors } = await called

  expect(errors).toBe('')
  expect(exitCode).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    ok: true,
    price: '13',
    parts: { app: '3', dataset: '0', workerpool: '10' },
    deals: [{ dealId: expect.stringMatching(HASH), volume: '1' }],
    status: 'completed',
    result: { files: ['result.txt'], verified: { rule: 'tree' } },
  })
})

test('with --raw it ends with the deal, in the shape that scripts know', async () => {
  const desk = workshop.sit(REQUESTER)

  const bought = await desk.raw(['app', 'run', shop.app, '--force'])
  const [deal] = bought['deals'] as readonly Json[]
  const shown = await desk.raw(['deal', 'show', String(deal?.['dealid'])])

  expect(bought).toEqual({
    ok: true,
    deals: [{ dealid: expect.stringMatching(HASH), volume: '1', txHash: expect.stringMatching(HASH) }],
  })
  expect(shown['deal']).toMatchObject({
    app: { pointer: shop.app, price: '3' },
    requester: addressOf(REQUESTER),
    botSize: '1',
    tag: `0x${'0'.repeat(64)}`,
    tasks: { '0': expect.stringMatching(HASH) },
  })
})

test('piped, it says what happens in plain lines on stderr, and --detach says how to come back', async () => {
  const desk = workshop.sit(REQUESTER)

  const { exitCode, out, errors } = await desk.iexec(['app', 'run', shop.app, '--force', '--detach'])

  expect(exitCode).toBe(0)
  expect(errors).toContain('13 nRLC in all')
  expect(`${out}${errors}`).not.toContain('\u001B')
  expect(out).toMatch(/iexec deal show 0x[0-9a-f]{64} --watch comes back to it\./u)
})

test('piped, whoever waits hears at once that it may take long, and how to wait no longer', async () => {
  const before = await workshop.stakeOf(REQUESTER)
  const called = workshop.sit(REQUESTER).iexec(['app', 'run', shop.app, '--yes'])
  for (let stake = before; stake === before;) stake = await workshop.stakeOf(REQUESTER)
  await workshop.passDeadline()

  const { errors } = await called

  expect(errors).toMatch(/may take hours; --detach ends here, and iexec deal show 0x[0-9a-f]{64} comes back\./u)
})

test('with --watch, a run that nobody finishes in time ends with the cause and where the money is', async () => {
  const desk = workshop.sit(REQUESTER)
  const before = await workshop.stakeOf(REQUESTER)
  const called = desk.iexec(['app', 'run', shop.app, '--force', '--watch', '--raw'])
  for (let stake = before; stake === before;) stake = await workshop.stakeOf(REQUESTER)
  await workshop.passDeadline()

  const { exitCode, errors } = await called
  const told = JSON.parse(errors) as Json

  expect(exitCode).toBe(1)
  expect(told).toMatchObject({
    ok: false,
    deals: [{ volume: '1' }],
    tasks: [{ statusName: 'TIMEOUT' }],
    failedTasks: [{ statusName: 'TIMEOUT', taskTimedOut: true }],
    fail: [expect.stringContaining('ended without a result')],
  })
})

test('what is missing on the market is deposited with the same yes', async () => {
  const desk = workshop.sit(STRANGER)
  await shop.house.give(STRANGER, 20n)
  const call = desk.person(['app', 'run', shop.app, '--detach'])

  await call.sees('13 nRLC goes from your wallet to the market first')
  await call.sees('Buy this run for 13 nRLC, and deposit 13 nRLC for it from your wallet?')
  call.types('')
  await call.sees('The run was bought for 13 nRLC.')

  expect(await call.ended).toBe(0)
  expect((await shop.stranger.wallet.show(addressOf(STRANGER))).nRLC).toBe(7n)

  const refused = await desk.iexec(['app', 'run', shop.app, '--force'])

  expect(refused.exitCode).toBe(1)
  expect(refused.errors).toContain('has 0 RLC free on the market and 7 nRLC in the wallet. 6 nRLC is missing.')
})

test('an app of his own on a workerpool of his own costs nothing, and needs nothing on the market', async () => {
  const desk = workshop.sit(7)
  const owner = await shop.house.user(7)
  const checksum: Hex = `0x${'c5'.repeat(32)}`
  const app = await owner.apps.deploy({ name: 'mine', multiaddr: 'docker.io/me/mine:1', checksum })
  const pool = await owner.workerpools.deploy({ description: 'mine' })
  const { chainId } = shop.house.chain
  desk.write('deployed.json', { app: { [chainId]: app.address }, workerpool: { [chainId]: pool.address } })

  const bought = await desk.raw(['app', 'run', '--workerpool', 'deployed', '--force'])

  expect(bought).toMatchObject({ ok: true, deals: [{ volume: '1' }] })
  expect(await newDealOf(app.address)).toBe((bought['deals'] as readonly Json[])[0]?.['dealid'])
})

test('the owner of the app pays the workerpool only', async () => {
  const desk = workshop.sit(APP_OWNER)
  await shop.house.give(APP_OWNER, 10n)

  const { exitCode, errors } = await desk.iexec(['app', 'run', shop.app, '--force', '--detach'])

  expect(exitCode).toBe(0)
  expect(errors).toContain('10 nRLC in all')
})

test('the owner of a dataset pays for the cheapest set, and not for the cheapest app on what only a dear pool offers', async () => {
  const { appOwner, poolOwner, dataset, workerpool, house } = shop
  const { address: app } = await appOwner.apps.deploy({
    name: 'two prices',
    multiaddr: 'docker.io/me/two:1',
    checksum: `0x${'c5'.repeat(32)}`,
  })
  for (const order of [
    appOwner.orders.createApp({ app, appprice: 1n, tag: 'gpu' }),
    appOwner.orders.createApp({ app, appprice: 2n }),
  ]) {
    await appOwner.orders.publish(await appOwner.orders.sign(order))
  }
  const dear = poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice: 30n, tag: 'gpu', apprestrict: app })
  await poolOwner.orders.publish(await poolOwner.orders.sign(dear))
  await house.give(DATASET_OWNER, 31n)

  const { exitCode, errors } = await workshop
    .sit(DATASET_OWNER)
    .iexec(['app', 'run', app, '--dataset', dataset, '--force', '--detach'])

  expect(errors).toContain('12 nRLC in all')
  expect(exitCode).toBe(0)
})

test('without a category, the first one for which something is sold is taken, and said', async () => {
  const { poolOwner, workerpool } = shop
  const order = poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice: POOL_PRICE, trust: 5n, category: 2n })
  await poolOwner.orders.publish(await poolOwner.orders.sign(order))
  const desk = workshop.sit(REQUESTER)
  const line = ['app', 'run', shop.app, '--trust', '5', '--detach', '--force']

  const elsewhere = await desk.iexec([...line, '--category', '1'])
  const found = await desk.iexec(line)

  expect(elsewhere).toMatchObject({ exitCode: 1, errors: expect.stringContaining('No orders on the market serve') })
  expect(found.exitCode).toBe(0)
  expect(found.errors).toMatch(/category +2 \(/u)
  expect(found.errors).toContain('wrong in less than 1 of 5 cases')
})

test('a category that there is not is named, with those that there are; no hint is given twice', async () => {
  const desk = workshop.sit(REQUESTER)
  const line = ['app', 'run', shop.app, '--force', '--detach', '--json', '--category']

  const [absent, unsold] = await Promise.all(
    ['9', '4'].map(async (category) => {
      const { out } = await desk.iexec([...line, category])
      return (JSON.parse(out) as { readonly error: { readonly hints: readonly string[] } }).error
    }),
  )

  expect(absent).toMatchObject({ code: 'NotFound', message: 'There is no category 9: there are 5.' })
  expect(unsold).toMatchObject({ code: 'NoMatch' })
  for (const { hints } of [absent, unsold].filter((error) => error !== undefined)) {
    expect(hints).toEqual([...new Set(hints)])
  }
})

test('without a category, the obstacle in the one that comes nearest is told', async () => {
  const { poolOwner, workerpool } = shop
  const order = poolOwner.orders.createWorkerpool({ workerpool, workerpoolprice: POOL_PRICE, trust: 5n, category: 3n })
  await poolOwner.orders.publish(await poolOwner.orders.sign(order))
  const [desk, owner] = [workshop.sit(REQUESTER), workshop.sit(APP_OWNER)]
  const line = ['app', 'run', shop.app, '--force', '--detach', '--trust']

  const dear = await desk.iexec([...line, '5', '--max-price', '12', 'nRLC'])
  const ownDear = await owner.iexec([...line, '5', '--max-price', '9', 'nRLC'])
  const ownSure = await owner.iexec([...line, '6'])

  expect(dear.errors).toContain('A task costs 13 nRLC in all, the wish pays at most 12 nRLC.')
  expect(ownDear.errors).toContain('A task costs 10 nRLC in all, and you pay at most 9 nRLC.')
  expect(ownSure.errors).toContain('the request wants trust 6, the workerpool offers at most')
})

test('a market that is dead is named, and nothing is bought', async () => {
  const before = await workshop.stakeOf(REQUESTER)
  const desk = workshop.sit(REQUESTER, { iexecGateway: 'http://127.0.0.1:9' })

  const { exitCode, errors } = await desk.iexec(['app', 'run', shop.app, '--force'])

  expect(exitCode).toBe(1)
  expect(errors).toContain('The market at 127.0.0.1:9 cannot be used')
  expect(await workshop.stakeOf(REQUESTER)).toBe(before)
})

test('a request says what a run may cost, and waits on the market', async () => {
  const desk = workshop.sit(REQUESTER)

  const asked = await desk.raw([
    'app',
    'request-execution',
    shop.app,
    '--app-price',
    '3',
    '--workerpool-price',
    '5',
    'nRLC',
    '--volume',
    '2',
    '--force',
  ])
  const shown = await desk.raw(['order', 'show', '--request', String(asked['orderHash'])])

  expect(asked).toEqual({ ok: true, orderHash: expect.stringMatching(HASH) })
  expect(shown['requestorder']).toMatchObject({
    status: 'open',
    remaining: 2,
    order: { appmaxprice: 3, workerpoolmaxprice: 5 },
  })
})

test.each<{ line: readonly string[]; says: string; code?: number }>([
  { line: ['0x12'], says: '"0x12" is no address', code: 2 },
  { line: [], says: 'No app is named' },
  { line: ['APP', '--input-files', 'here'], says: '"here" is no URL', code: 2 },
  { line: ['APP', '--secret', 'api-key'], says: 'is no place and name of a secret', code: 2 },
  { line: ['APP', '--params', '{"x":1}'], says: '--params', code: 2 },
  { line: ['APP', '--tag', 'fast'], says: 'fast', code: 2 },
  { line: ['APP', '--max-price', '12'], says: 'No orders on the market serve this wish' },
  { line: ['APP', '--encrypt-result'], says: 'needs an enclave', code: 2 },
  { line: ['APP', '--trust', '50'], says: 'No orders on the market serve this wish' },
  { line: ['APP', '--download', 'no/such/place.zip'], says: 'There is no folder' },
])('$line is refused before anything is bought: $says', async ({ line, says, code = 1 }) => {
  const desk = workshop.sit(REQUESTER)
  const before = await workshop.stakeOf(REQUESTER)

  const { exitCode, errors } = await desk.iexec([
    'app',
    'run',
    ...line.map((word) => (word === 'APP' ? shop.app : word)),
    '--force',
  ])

  expect(errors).toContain(says)
  expect(exitCode).toBe(code)
  expect(await workshop.stakeOf(REQUESTER)).toBe(before)
})

test('without a terminal and without --force, nothing is bought', async () => {
  const desk = workshop.sit(REQUESTER)
  const before = await workshop.stakeOf(REQUESTER)

  const { exitCode, errors } = await desk.iexec(['app', 'run', shop.app])

  expect(exitCode).toBe(1)
  expect(errors).toContain('--force answers yes.')
  expect(await workshop.stakeOf(REQUESTER)).toBe(before)
})

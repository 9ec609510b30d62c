// iexec order, by the sellers of an app, of a dataset and of computing, and by whoever buys from them.
import { signOrder, type Iexec } from '@iexec/sdk'
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { leaveOnceSent } from '../desk.ts'
import { openDesk } from '../iexec.ts'
import { edit, keyOf, offer, openFair, read, write, type Fair, type Json, type Person } from './fair.ts'

const HASH = /^0x[0-9a-f]{64}$/u
const NOBODY = '0x0000000000000000000000000000000000000000'

let fair: Fair
beforeAll(async () => {
  fair = await openFair()
})
afterAll(async () => {
  await fair.close()
})

test('an app is sold, computing is sold, and a request of orders.json makes a deal with both, which is then shown', async () => {
  const { house, appSeller, poolSeller, buyer, app, workerpool } = fair
  const made = await appSeller.desk.raw(['order', 'init', '--app'])
  edit(appSeller, 'apporder', { appprice: '3 nRLC' })
  const signed = await appSeller.desk.raw(['order', 'sign', '--app'])
  const published = await appSeller.desk.raw(['order', 'publish', '--app', '--force'])
  const appHash = (published['apporder'] as Json)['orderHash'] as Hex
  await poolSeller.desk.raw(['order', 'init', '--workerpool'])
  edit(poolSeller, 'workerpoolorder', { workerpoolprice: '10', volume: 5 })
  await poolSeller.desk.raw(['order', 'sign'])
  const pool = await poolSeller.desk.raw(['order', 'publish', '--workerpool', '--force'])
  const poolHash = (pool['workerpoolorder'] as Json)['orderHash'] as Hex
  const book = await buyer.desk.raw(['orderbook', 'app', app])
  await buyer.desk.raw(['order', 'init', '--request'])
  edit(buyer, 'requestorder', { app, appmaxprice: 3, workerpoolmaxprice: '10 nRLC', volume: '2' })
  await buyer.desk.raw(['order', 'sign', '--request'])
  const line = ['order', 'fill', '--app', appHash, '--workerpool', poolHash, '--force']
  const deal = await buyer.desk.raw(line)
  const again = await buyer.desk.raw(line)
  const shown = await shownWithDeal(poolSeller, '--workerpool')

  expect(made).toEqual({
    ok: true,
    apporder: {
      app,
      appprice: '0',
      volume: '1000000',
      tag: [],
      datasetrestrict: NOBODY,
      workerpoolrestrict: NOBODY,
      requesterrestrict: NOBODY,
    },
  })
  expect(signed).toMatchObject({
    ok: true,
    apporder: { app, appprice: '3', volume: '1000000', salt: expect.stringMatching(HASH) },
  })
  expect(read(appSeller, 'orders.json')).toEqual({ [house.chain.chainId]: { apporder: signed['apporder'] } })
  expect(published).toEqual({ ok: true, apporder: { orderHash: expect.stringMatching(HASH) } })
  expect(book).toEqual({
    ok: true,
    count: 1,
    appOrders: [
      {
        orderHash: appHash,
        price: 3,
        remaining: 1_000_000,
        tag: `0x${'0'.repeat(64)}`,
        app,
        datasetrestrict: NOBODY,
        workerpoolrestrict: NOBODY,
        requesterrestrict: NOBODY,
      },
    ],
  })
  expect(deal).toEqual({
    ok: true,
    dealid: expect.stringMatching(HASH),
    volume: '2',
    txHash: expect.stringMatching(HASH),
  })
  // The same request has nothing left to buy.
  expect(again).toMatchObject({ ok: false, command: 'iexec order fill', error: { name: 'OrdersMismatch' } })
  expect(shown).toMatchObject({
    ok: true,
    workerpoolorder: {
      orderHash: poolHash,
      chainId: house.chain.chainId,
      order: { workerpool, workerpoolprice: 10, volume: 5 },
      remaining: 3,
      status: 'open',
      signer: poolSeller.address,
      deals: { count: 1, lastDeals: [{ dealid: deal['dealid'], volume: 2, app: { pointer: app, price: 3 } }] },
    },
  })
})

/** What is shown of the order of orders.json, once the market knows of its deal. */
async function shownWithDeal({ desk }: Person, flag: string): Promise<Json> {
  for (;;) {
    const shown = await desk.raw(['order', 'show', flag, '--deals'])
    const [order] = Object.values(shown).filter((value) => typeof value === 'object') as [Json]
    if ((order['deals'] as Json | undefined)?.['count'] !== 0) return shown
  }
}

test('a person sees what is signed and sold, is asked, and may say no; what is off the market and cancelled stays so', async () => {
  const { datasetSeller, dataset } = fair
  const { desk } = datasetSeller
  write(datasetSeller, 'iexec.json', {
    order: { datasetorder: { datasetprice: '0.5 RLC', requesterrestrict: NOBODY } },
  })

  const signing = desk.person(['order', 'sign', '--dataset'])
  await signing.sees(`dataset  ${dataset}`)
  await signing.sees('0.5 RLC a task')
  await signing.sees('Sign it? [Y/n]')
  signing.types('y')
  await signing.sees('Signed the dataset order.')
  expect(await signing.ended).toBe(0)

  const declined = desk.person(['order', 'publish', '--dataset'])
  await declined.sees('0.5 RLC a task')
  await declined.sees('Publish it? [Y/n]')
  declined.types('n')
  await declined.sees('Operation aborted by user.')
  expect(await declined.ended).toBe(1)

  const missing = await desk.iexec(['order', 'show', '--dataset'])
  const published = await desk.raw(['order', 'publish', '--dataset', '--force'])
  const taking = desk.person(['order', 'unpublish', '--dataset'])
  await taking.sees('only iexec order cancel ends that')
  await taking.sees(/Take the dataset order 0x[0-9a-f]{64} off the market\? \[Y\/n\]/u)
  taking.types('')
  await taking.sees('The dataset order is off the market.')
  const takenBack = await taking.ended
  const cancelled = await desk.raw(['order', 'cancel', '--dataset', '--force'])
  const dead = await desk.iexec(['order', 'publish', '--dataset', '--force'])

  expect(missing.exitCode).toBe(1)
  expect(missing.errors).toMatch(/^datasetorder: The market has no dataset order 0x[0-9a-f]{64} on test\.$/mu)
  expect(missing.errors).toContain('iexec order publish --dataset')
  expect(published).toEqual({ ok: true, datasetorder: { orderHash: expect.stringMatching(HASH) } })
  expect(takenBack).toBe(0)
  expect(cancelled).toEqual({ ok: true, datasetorder: { txHash: expect.stringMatching(HASH) } })
  expect(dead.exitCode).toBe(1)
  expect(dead.errors).toMatch(/Nothing is left of the dataset order 0x[0-9a-f]{64}: it was cancelled, or is used up\./u)
})

test('who takes an order back by its hash is not told to cancel another one', async () => {
  const { appSeller, app, house } = fair
  const kept = await signedJson(appSeller, appSeller.iexec.orders.createApp({ app, appprice: 8n }))
  write(appSeller, 'orders.json', { [house.chain.chainId]: { apporder: kept } })
  const published = await appSeller.desk.iexec(['order', 'publish', '--app', '--force'])
  const other = await offer(appSeller, appSeller.iexec.orders.createApp({ app, appprice: 9n }))

  const byHash = await appSeller.desk.iexec(['order', 'unpublish', '--app', other, '--force'])
  const ofFile = await appSeller.desk.iexec(['order', 'unpublish', '--app', '--force'])

  expect(published.exitCode).toBe(0)
  expect(byHash).toMatchObject({ exitCode: 0, out: expect.stringContaining(other) })
  expect(byHash.out).not.toContain('order cancel')
  expect(ofFile.out).toContain('iexec order cancel --app ends that')
})

test('of several orders, those that can be signed are, and each other one is told with its reason', async () => {
  const { appSeller, dataset, app, house } = fair
  write(appSeller, 'iexec.json', {
    order: {
      apporder: { appprice: '1 RLC' },
      datasetorder: { dataset },
      workerpoolorder: { workerpool: app, workerpoolprice: '3 ETH' },
      requestorder: { app, params: { iexec_result_encryption: true } },
    },
  })

  const signed = await appSeller.desk.iexec(['order', 'sign', '--raw'])
  const { apporder, fail, ...rest } = JSON.parse(signed.errors) as Json

  expect(signed).toMatchObject({ exitCode: 1, out: '' })
  expect(rest).toEqual({ ok: false })
  expect(fail).toEqual([
    expect.stringMatching(/^workerpoolorder: .*order\.workerpoolorder\.workerpoolprice: .*"ETH" is not a unit of RLC/u),
    expect.stringMatching(/^requestorder: "iexec_result_encryption" in the params needs a TEE/u),
    expect.stringMatching(/^datasetorder: The dataset 0x\w+ belongs to 0x\w+, not to 0x\w+\.$/u),
  ])
  expect(read(appSeller, 'orders.json')).toMatchObject({
    [house.chain.chainId]: { apporder: { ...(apporder as Json), appprice: '1000000000' } },
  })
})

test('an order that was signed for another chain, or changed since, is refused before anybody sees it', async () => {
  const { appSeller, house } = fair
  const { chainId } = house.chain
  const order = await signedElsewhere(appSeller)
  write(appSeller, 'orders.json', { [chainId]: { apporder: order } })

  const elsewhere = await appSeller.desk.raw(['order', 'publish', '--app', '--force'])
  write(appSeller, 'orders.json', { [chainId + 1]: { apporder: order } })
  const other = await appSeller.desk.raw(['order', 'cancel', '--app', '--force'])

  expect(elsewhere).toEqual({
    ok: false,
    fail: [expect.stringContaining(`is not signed for the chain test (${chainId}) by ${appSeller.address}`)],
  })
  expect(other).toEqual({
    ok: false,
    fail: [
      `apporder: orders.json has no signed apporder for the chain test (${chainId}); it has one for chain ${chainId + 1}.`,
    ],
  })
})

/** An order as it was signed on a chain with another hub. */
async function signedElsewhere({ iexec }: Person): Promise<Json> {
  const { context } = iexec
  const elsewhere = { ...context, domain: { ...context.domain, chainId: context.domain.chainId + 1 } }
  const order = iexec.orders.createApp({ app: fair.app })
  const { kind: _kind, ...signed } = await signOrder(elsewhere, order)
  return Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, String(value)]))
}

test('one task is bought with params alone; a price beyond the account, an order that nobody has, and all misfits are said', async () => {
  const { appSeller, datasetSeller, poolSeller, buyer, app, dataset, workerpool } = fair
  const { desk } = buyer
  const appHash = await offer(appSeller, appSeller.iexec.orders.createApp({ app, appprice: 3n }))
  const datasetHash = await offer(
    datasetSeller,
    datasetSeller.iexec.orders.createDataset({ dataset, datasetprice: 2n }),
  )
  const poolHash = await offer(
    poolSeller,
    poolSeller.iexec.orders.createWorkerpool({ workerpool, workerpoolprice: 10n, volume: 3n }),
  )
  const dear = await offer(appSeller, appSeller.iexec.orders.createApp({ app, appprice: 5_000_000_000n }))
  const ofMarket = (hash: Hex): readonly string[] => ['order', 'fill', '--app', hash, '--workerpool', poolHash]

  const buying = desk.person([...ofMarket(appHash), '--dataset', datasetHash, '--params', '{"iexec_args":"1"}'])
  await buying.sees('price       15 nRLC')
  await buying.sees('Make a deal for 1 task at 15 nRLC in all? [Y/n]')
  buying.types('')
  await buying.sees('A deal was made for 1 task')
  await buying.sees(/deal {9}0x[0-9a-f]{64}/u)
  const poor = await desk.iexec([...ofMarket(dear), '--params', '', '--force'])
  const unknown = await desk.iexec([...ofMarket(`0x${'00'.repeat(32)}`), '--params', '', '--force'])
  const request = buyer.iexec.orders.createRequest({ app: dataset, category: 1n, trust: 7n })
  const asked = await signedJson(buyer, request)
  write(buyer, 'orders.json', { [fair.house.chain.chainId]: { requestorder: asked } })
  const misfits = await desk.iexec([...ofMarket(appHash), '--force'])

  expect(await buying.ended).toBe(0)
  expect(poor.exitCode).toBe(1)
  expect(poor.errors).toMatch(/The deal costs 5\.00000001 RLC for 1 task, and 0x\w+ has \d+ nRLC free on the market\./u)
  expect(poor.errors).toMatch(/iexec account deposit 4\.9999\d+ RLC/u)
  expect(unknown.exitCode).toBe(1)
  expect(unknown.errors).toContain(`The market has no app order 0x${'00'.repeat(32)} on test.`)
  expect(misfits.exitCode).toBe(1)
  for (const word of ['category 1', 'trust', '3 nRLC', '10 nRLC']) expect(misfits.errors).toContain(word)
})

test('Ctrl-C while a deal is on its way says how to come back to it, and the deal is made', async () => {
  const { house, appSeller, poolSeller, buyer, app, workerpool } = fair
  const appHash = await offer(appSeller, appSeller.iexec.orders.createApp({ app }))
  const poolHash = await offer(poolSeller, poolSeller.iexec.orders.createWorkerpool({ workerpool }))
  await tellNode(house.anvil.url, 'evm_setAutomine', [false])

  const buying = buyer.desk.person([
    'order',
    'fill',
    '--app',
    appHash,
    '--workerpool',
    poolHash,
    '--params',
    '',
    '--force',
  ])
  await buying.sees(/match the orders for 1 task: 0x/u)
  buying.presses('\u0003')
  await buying.sees('What was sent is not taken back by that.')
  buying.presses('\u0003')
  const exitCode = await buying.ended
  await tellNode(house.anvil.url, 'evm_mine', [])
  await tellNode(house.anvil.url, 'evm_setAutomine', [true])
  const dealId = /iexec deal show (0x[0-9a-f]{64})/u.exec(buying.screen())?.[1] as Hex
  const deal = await buyer.iexec.deals.show(dealId)

  expect(exitCode).toBe(130)
  expect(deal).toMatchObject({ botSize: 1n, requester: buyer.address })
})

test('whoever presses Ctrl-C again and again has the deal in the document', async () => {
  const { house, appSeller, poolSeller, buyer, app, workerpool } = fair
  const appHash = await offer(appSeller, appSeller.iexec.orders.createApp({ app }))
  const poolHash = await offer(poolSeller, poolSeller.iexec.orders.createWorkerpool({ workerpool }))
  await tellNode(house.anvil.url, 'evm_setAutomine', [false])
  const orders = ['--app', appHash, '--workerpool', poolHash, '--params', '']

  const buying = buyer.desk.begin(['order', 'fill', ...orders, '--force', '--json'])
  const { exitCode, out, errors } = await leaveOnceSent(buying, buyer.address, house.owner)
  await tellNode(house.anvil.url, 'evm_mine', [])
  await tellNode(house.anvil.url, 'evm_setAutomine', [true])
  const { error } = JSON.parse(out) as { readonly error: { readonly code: string; readonly details: { dealId: Hex } } }

  expect({ exitCode, errors, code: error.code }).toEqual({ exitCode: 130, errors: '', code: 'Interrupted' })
  expect(await buyer.iexec.deals.show(error.details.dealId)).toMatchObject({ requester: buyer.address })
})

async function tellNode(url: string, method: string, params: readonly unknown[]): Promise<void> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}

test('a request that the account does not cover is not published, and the missing deposit is named', async () => {
  const { buyer, app, house } = fair
  const request = buyer.iexec.orders.createRequest({ app, workerpoolmaxprice: 10_000n })
  write(buyer, 'orders.json', { [house.chain.chainId]: { requestorder: await signedJson(buyer, request) } })

  const { exitCode, errors } = await buyer.desk.iexec(['order', 'publish', '--request', '--force'])

  expect(exitCode).toBe(1)
  expect(errors).toContain('The market takes this requestorder only when 10000 nRLC is free on the account')
  expect(errors).toMatch(/iexec account deposit 99\d\d nRLC/u)
})

test('a dead market is named with its host, and what was signed is kept', async () => {
  const { appSeller, house } = fair
  const desk = openDesk({ ...house.chain, marketUrl: 'http://127.0.0.1:9' })
  onTestFinished(desk.clear)
  const person = { ...appSeller, desk }
  const order = await signedJson(appSeller, appSeller.iexec.orders.createApp({ app: fair.app }))
  const orders = { [house.chain.chainId]: { apporder: order } }
  write(person, 'wallet.json', { privateKey: keyOf(1) })
  write(person, 'orders.json', orders)

  const { exitCode, errors } = await desk.iexec(['order', 'publish', '--app', '--force'])

  expect(exitCode).toBe(1)
  expect(errors).toContain('apporder: The market at 127.0.0.1:9 cannot be used')
  expect(read(person, 'orders.json')).toEqual(orders)
})

test.each([
  { line: ['order', 'publish'], says: 'No order is named that should be published' },
  { line: ['order', 'show', '--app', '0x12'], says: 'Cannot read "0x12": it is not an order hash' },
])('$line is refused: $says', async ({ line, says }) => {
  const { exitCode, errors, out } = await fair.buyer.desk.iexec(line)

  expect(errors).toContain(says)
  expect(out).toBe('')
  expect(exitCode).toBeGreaterThan(0)
})

/** A signed order as orders.json has it. */
async function signedJson({ iexec }: Person, order: Parameters<Iexec['orders']['sign']>[0]): Promise<Json> {
  const { kind: _kind, ...signed } = await iexec.orders.sign(order)
  return Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, String(value)]))
}

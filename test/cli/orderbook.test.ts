// iexec orderbook: what others sell and want, for people page by page, and for scripts at once.
import { encodeTag } from '@iexec/protocol'
import type { Hex } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFair, offer, type Fair } from './fair.ts'

const NOBODY = '0x0000000000000000000000000000000000000000'

let fair: Fair
let forBuyer: Hex
let wanted: Hex
beforeAll(async () => {
  fair = await openFair()
  const { appSeller, datasetSeller, poolSeller, buyer, app, dataset, workerpool } = fair
  const { orders } = appSeller.iexec
  const prices = Array.from({ length: 24 }, (_, index) => BigInt(index + 1) * 1_000_000_000n)
  const signed = prices.map(async (appprice) => orders.sign(orders.createApp({ app, appprice })))
  await orders.publishMany(await Promise.all(signed))
  const restricted = datasetSeller.iexec.orders.createDataset({
    dataset,
    datasetprice: 1n,
    requesterrestrict: buyer.address,
  })
  forBuyer = await offer(datasetSeller, restricted)
  const offered = poolSeller.iexec.orders.createWorkerpool({
    workerpool,
    workerpoolprice: 20n,
    trust: 3n,
    volume: 5n,
    tag: 'tee,tdx',
  })
  await offer(poolSeller, offered)
  const request = buyer.iexec.orders.createRequest({ app, appmaxprice: 1_000_000_000n, workerpoolmaxprice: 7n })
  await fair.house.give(4, 2_000_000_000n)
  await buyer.iexec.account.deposit(2_000_000_000n)
  wanted = await offer(buyer, request)
})
afterAll(async () => {
  await fair.close()
})

test('a person sees twenty rows, the cheapest first, and is asked for more', async () => {
  const { buyer, app } = fair
  const reading = buyer.desk.person(['orderbook', 'app', app])

  await reading.sees(`Orders of the app ${app}: 24, the cheapest first`)
  await reading.sees(/ 1 RLC {2}1000000 {2}0x[0-9a-f]{64}/u)
  await reading.sees(/ 20 RLC /u)
  await reading.sees('Show more? [y/N]')
  reading.types('y')
  await reading.sees(/24 RLC /u)

  expect(await reading.ended).toBe(0)
  expect(reading.screen()).not.toContain('are shown')
})

test('Enter means no more, and the rest is counted', async () => {
  const { buyer, app } = fair
  const reading = buyer.desk.person(['orderbook', 'app', app])

  await reading.sees('Show more? [y/N]')
  reading.types('')
  await reading.sees('20 of 24 are shown.')

  expect(await reading.ended).toBe(0)
})

test('scripts get all pages at once', async () => {
  const { buyer, app } = fair

  const { count, appOrders } = await buyer.desk.raw(['orderbook', 'app', app])

  expect(count).toBe(24)
  expect(appOrders).toHaveLength(24)
})

test('an order for one requester is hidden, which is said, and is shown when he is named', async () => {
  const { buyer, dataset } = fair

  const hidden = await buyer.desk.iexec(['orderbook', 'dataset', dataset])
  const shown = await buyer.desk.raw(['orderbook', 'dataset', dataset, '--requester', buyer.address])

  expect(hidden).toMatchObject({ exitCode: 0, errors: '' })
  expect(hidden.out).toContain('1 order is only for certain requesters: --requester <address>')
  expect(shown).toEqual({
    ok: true,
    count: 1,
    datasetOrders: [
      {
        orderHash: forBuyer,
        price: 1,
        remaining: 1_000_000,
        tag: encodeTag(''),
        dataset,
        apprestrict: NOBODY,
        workerpoolrestrict: NOBODY,
        requesterrestrict: buyer.address,
      },
    ],
  })
})

test('computing is listed with category, trust and tag; what a filter hides is counted', async () => {
  const { buyer, workerpool } = fair

  const all = await buyer.desk.iexec(['orderbook', 'workerpool'])
  const strong = await buyer.desk.raw(['orderbook', 'workerpool', '--tag', 'tee,tdx', '--min-trust', '3'])
  const plain = await buyer.desk.iexec(['orderbook', 'workerpool', workerpool, '--max-tag', 'gpu', '--category', '0'])

  expect(all.out).toMatch(/price +left +category +trust +tag +order +workerpool/u)
  expect(all.out).toMatch(/20 nRLC +5 +0 +3 +tee,tdx +0x[0-9a-f]{64} +0x/u)
  expect(strong).toMatchObject({
    ok: true,
    count: 1,
    workerpoolOrders: [{ price: 20, remaining: 5, category: 0, trust: 3, workerpool, tag: encodeTag('tee,tdx') }],
  })
  expect(plain.out).toBe(`Orders of the workerpool ${workerpool}: none to show.\n  1 order is hidden by --max-tag.\n`)
})

test('requests are listed with what they pay; an address at which nothing is says so', async () => {
  const { buyer, app, dataset } = fair

  const requests = await buyer.desk.raw(['orderbook', 'requester', buyer.address, '--app', app])
  const nothing = await buyer.desk.iexec(['orderbook', 'app', dataset])

  expect(requests).toEqual({
    ok: true,
    count: 1,
    requestOrders: [
      {
        orderHash: wanted,
        app,
        dataset: NOBODY,
        workerpool: NOBODY,
        requester: buyer.address,
        beneficiary: buyer.address,
        category: 0,
        tag: encodeTag(''),
        trust: 0,
        price: 7,
        remaining: 1,
      },
    ],
  })
  expect(nothing.out).toBe(`Orders of the app ${dataset}: none.\n  There is no app at this address on test.\n`)
})

test('without its market a book is an error, and never an empty book', async () => {
  const { buyer, app, house } = fair
  await house.stopMarketService()

  const { exitCode, out, errors } = await buyer.desk.iexec(['orderbook', 'app', app])

  expect(exitCode).toBe(1)
  expect(out).toBe('')
  expect(errors).toMatch(/^The market at 127\.0\.0\.1:\d+ cannot be used/u)
})

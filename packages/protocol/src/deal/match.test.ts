// What a deal takes from four orders that fit.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  APP,
  APP_OWNER,
  DATASET,
  DATASET_OWNER,
  ORDERS,
  POOL,
  POOL_OWNER,
  REQUESTER,
  STATE,
  STRANGER,
  bend,
  tagOf,
} from '../../test/fitting.ts'
import { dealId } from '../ids.ts'
import type { Order, OrderKind } from '../order/order.ts'
import { NO_ADDRESS, NO_DATASET_ORDER } from '../order/terms.ts'
import { NO_TAG } from '../tag.ts'
import { matchOrders } from './match.ts'
import { TEE, mismatchesOf, withStanding } from './testing.ts'
import type { MatchOrders } from './volume.ts'

// The same order with every hex digit in upper case.
function shouted<Kind extends OrderKind>(order: Order<Kind>): Order<Kind> {
  const fields = Object.entries(order).map(([name, value]) => [
    name,
    typeof value === 'string' && value.startsWith('0x') ? `0x${value.slice(2).toUpperCase()}` : value,
  ])
  return Object.fromEntries(fields) as Order<Kind>
}

// Orders that agree on prices, trust, tags and parties, and keep whatever more they offer.
function madeToFit({ app, dataset, workerpool, request }: MatchOrders): MatchOrders {
  const isTee = (BigInt(dataset.tag) & 1n) === 1n
  return {
    app: {
      ...app,
      volume: app.volume + 1n,
      tag: isTee ? tagOf(BigInt(app.tag) | 1n) : app.tag,
      datasetrestrict: NO_ADDRESS,
      requesterrestrict: NO_ADDRESS,
    },
    dataset: { ...dataset, volume: dataset.volume + 1n },
    workerpool: {
      ...workerpool,
      volume: workerpool.volume + 1n,
      tag: tagOf(0x10fn),
      trust: workerpool.trust + request.trust,
      apprestrict: NO_ADDRESS,
    },
    request: {
      ...request,
      volume: request.volume + 1n,
      appmaxprice: app.appprice + request.appmaxprice,
      datasetmaxprice: dataset.datasetprice + request.datasetmaxprice,
      workerpoolmaxprice: workerpool.workerpoolprice + request.workerpoolmaxprice,
      workerpool: NO_ADDRESS,
    },
  }
}

describe('a match', () => {
  test('fixes everything that the orders say, and locks the price and the pool owner’s stake', () => {
    const match = matchOrders(ORDERS, STATE)

    expect(match).toEqual({
      ok: true,
      dealId: dealId(STATE.orders.request.hash, 0n),
      volume: 7n,
      locks: [
        { do: 'lock', account: REQUESTER, amount: 756n },
        { do: 'lock', account: POOL_OWNER, amount: 210n },
      ],
      deal: {
        app: { pointer: APP, owner: APP_OWNER, price: 3n },
        dataset: { pointer: DATASET, owner: DATASET_OWNER, price: 5n },
        workerpool: { pointer: POOL, owner: POOL_OWNER, price: 100n },
        trust: 4n,
        category: 1n,
        tag: NO_TAG,
        requester: REQUESTER,
        beneficiary: REQUESTER,
        callback: NO_ADDRESS,
        params: '{}',
        startTime: 1000n,
        botFirst: 0n,
        botSize: 7n,
        workerStake: 30n,
        schedulerRewardRatio: 1n,
        sponsor: REQUESTER,
        timeref: 1200n,
        teeBroker: NO_ADDRESS,
      },
    })
  })

  test('without a dataset has no owner, no price and no limit on that side', () => {
    const orders = { ...bend({ request: { dataset: NO_ADDRESS } }), dataset: NO_DATASET_ORDER }
    const state = { ...STATE, owners: { ...STATE.owners, dataset: undefined } }

    expect(matchOrders(orders, state)).toMatchObject({
      volume: 7n,
      deal: { dataset: { pointer: NO_ADDRESS, owner: NO_ADDRESS, price: 0n } },
    })
  })

  test('charges nothing for a dataset price without a dataset, and ignores who signed it and what was consumed', () => {
    const orders = bend({ dataset: { dataset: NO_ADDRESS, volume: 0n }, request: { dataset: NO_ADDRESS } })
    const state = {
      ...withStanding('dataset', { signedBy: undefined }),
      owners: { ...STATE.owners, dataset: undefined },
    }

    expect(matchOrders(orders, state)).toMatchObject({ locks: [{ amount: 721n }, { amount: 210n }] })
  })

  test('continues the bag of tasks where the request was left', () => {
    const state = withStanding('request', { consumed: 5n })

    expect(matchOrders(ORDERS, state)).toMatchObject({
      dealId: dealId(STATE.orders.request.hash, 5n),
      volume: 2n,
      deal: { botFirst: 5n, botSize: 2n },
    })
  })

  test('takes trust 0 as trust 1', () => {
    expect(matchOrders(bend({ request: { trust: 0n } }), STATE)).toMatchObject({ deal: { trust: 1n } })
  })

  test('charges the sponsor when there is one', () => {
    const freeStakes = new Map([
      [STRANGER, 756n],
      [POOL_OWNER, 210n],
    ])
    const match = matchOrders(ORDERS, { ...STATE, sponsor: STRANGER, freeStakes })

    expect(match).toMatchObject({
      deal: { sponsor: STRANGER },
      locks: [{ account: STRANGER }, { account: POOL_OWNER }],
    })
  })

  test('accepts a presigned order without a signature', () => {
    expect(matchOrders(ORDERS, withStanding('app', { signedBy: undefined, presignedBy: APP_OWNER })).ok).toBe(true)
  })

  test('divides before it multiplies: the stake of many tasks is many times the stake of one', () => {
    const orders = bend({ workerpool: { workerpoolprice: 99n } })

    expect(matchOrders(orders, STATE)).toMatchObject({ locks: [{ amount: 749n }, { amount: 7n * 29n }] })
  })
})

describe('matchOrders', () => {
  const small = fc.bigInt(0n, 6n)
  const address = fc.constantFrom(APP, DATASET, POOL, REQUESTER, STRANGER, NO_ADDRESS)
  const tag = fc.constantFrom(NO_TAG, TEE, tagOf(0x100n), tagOf(0x101n), tagOf(0x0en))
  const rare = fc.oneof({ weight: 6, arbitrary: fc.constant(NO_ADDRESS) }, { weight: 1, arbitrary: address })
  const orders: fc.Arbitrary<MatchOrders> = fc
    .record({
      app: fc.record({ appprice: small, volume: small, tag, datasetrestrict: rare, requesterrestrict: rare }),
      dataset: fc.record({ dataset: fc.constantFrom(DATASET, NO_ADDRESS), datasetprice: small, volume: small, tag }),
      workerpool: fc.record({ workerpoolprice: small, volume: small, tag, trust: small, apprestrict: rare }),
      request: fc.record({
        appmaxprice: small,
        datasetmaxprice: small,
        workerpoolmaxprice: small,
        volume: small,
        trust: small,
        workerpool: rare,
      }),
    })
    .map((change) => bend({ ...change, request: { ...change.request, dataset: change.dataset.dataset } }))

  // The same orders, with a request that pays what is asked and a pool that offers what is demanded: except for what
  // is out of reach by chance.
  const fittingOrders: fc.Arbitrary<MatchOrders> = fc
    .record({ four: orders, isFitting: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)) })
    .map(({ four, isFitting }) => (isFitting ? madeToFit(four) : four))

  test('a deal keeps what every order demands', () => {
    let matches = 0

    fc.assert(
      fc.property(fittingOrders, (four) => {
        const match = matchOrders(four, STATE)
        if (!match.ok) return

        matches += 1
        const { deal, volume } = match
        expect(deal.app.price).toBeLessThanOrEqual(four.request.appmaxprice)
        expect(deal.dataset.price).toBeLessThanOrEqual(four.request.datasetmaxprice)
        expect(deal.workerpool.price).toBeLessThanOrEqual(four.request.workerpoolmaxprice)
        expect(volume).toBeGreaterThan(0n)
        for (const kind of ['app', 'workerpool', 'request'] as const)
          expect(volume).toBeLessThanOrEqual(four[kind].volume)
        if (four.dataset.dataset !== NO_ADDRESS) expect(volume).toBeLessThanOrEqual(four.dataset.volume)
        expect(BigInt(deal.tag) & ~BigInt(four.workerpool.tag)).toBe(0n)
        expect(four.workerpool.trust).toBeGreaterThanOrEqual(four.request.trust)
      }),
      { numRuns: 2000 },
    )

    expect(matches).toBeGreaterThan(400)
  })

  test('the answer does not depend on the case of addresses', () => {
    fc.assert(
      fc.property(orders, (four) => {
        const upper = bend({
          app: shouted(four.app),
          dataset: shouted(four.dataset),
          workerpool: shouted(four.workerpool),
          request: shouted(four.request),
        })

        const reasons = mismatchesOf(upper).map(({ reason }) => reason)

        expect(reasons).toEqual(mismatchesOf(four).map(({ reason }) => reason))
      }),
    )
  })
})

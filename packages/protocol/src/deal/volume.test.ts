import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ORDERS, POOL_OWNER, REQUESTER, STATE, bend } from '../../test/fitting.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import { matchOrders } from './match.ts'
import { computeDealVolume, matchableVolume, remainingVolumes } from './volume.ts'
import type { MatchOrders } from './volume.ts'

const NONE = { app: 0n, dataset: 0n, workerpool: 0n, request: 0n }
// The hub counts what a request has consumed in 64 bits.
const MAX_CONSUMED = 2n ** 64n - 1n
const FREE = bend({ app: { appprice: 0n }, dataset: { datasetprice: 0n }, workerpool: { workerpoolprice: 0n } })
const PLENTY = { sponsor: 10n ** 18n, workerpoolOwner: 10n ** 18n, isSameAccount: false }

describe('computeDealVolume', () => {
  test.each([
    [NONE, 7n],
    [{ ...NONE, app: 4n }, 6n],
    [{ ...NONE, dataset: 8n }, 1n],
    [{ ...NONE, workerpool: 8n }, 0n],
    [{ ...NONE, request: 5n }, 2n],
  ])('after %o were consumed, %d can be matched', (consumed, volume) => {
    expect(computeDealVolume(ORDERS, consumed)).toBe(volume)
  })

  test('without a dataset its volume does not count', () => {
    const orders = bend({ dataset: { dataset: NO_ADDRESS, volume: 0n } })

    expect(computeDealVolume(orders, NONE)).toBe(7n)
    expect(remainingVolumes(orders, NONE).dataset).toBe(2n ** 256n - 1n)
  })

  test('of an order that is said to be consumed beyond its volume nothing remains', () => {
    const beyond = { ...NONE, app: 11n, request: 8n }

    expect(remainingVolumes(ORDERS, beyond)).toEqual({ app: 0n, dataset: 9n, workerpool: 8n, request: 0n })
    expect(computeDealVolume(ORDERS, beyond)).toBe(0n)
    expect(matchableVolume(ORDERS, beyond, PLENTY)).toBe(0n)
  })

  test('is what remains even where the hub cannot count it, as the hub says it', () => {
    expect(computeDealVolume(ofVolume(2n ** 70n), NONE)).toBe(2n ** 70n)
  })
})

function ofVolume(volume: bigint): MatchOrders {
  const { app, dataset, workerpool, request } = FREE
  return {
    app: { ...app, volume },
    dataset: { ...dataset, volume },
    workerpool: { ...workerpool, volume },
    request: { ...request, volume },
  }
}

describe('matchableVolume', () => {
  test('is the volume of the orders when the stakes are plenty', () => {
    expect(matchableVolume(ORDERS, NONE, PLENTY)).toBe(7n)
  })

  test('ends where the sponsor can pay no more whole task', () => {
    expect(matchableVolume(ORDERS, NONE, { ...PLENTY, sponsor: 3n * 108n })).toBe(3n)
    expect(matchableVolume(ORDERS, NONE, { ...PLENTY, sponsor: 3n * 108n - 1n })).toBe(2n)
  })

  test('ends where the pool owner can stake on no more task', () => {
    expect(matchableVolume(ORDERS, NONE, { ...PLENTY, workerpoolOwner: 60n })).toBe(2n)
    expect(matchableVolume(ORDERS, NONE, { ...PLENTY, workerpoolOwner: 59n })).toBe(1n)
  })

  test('free tasks need no stake', () => {
    expect(matchableVolume(FREE, NONE, { sponsor: 0n, workerpoolOwner: 0n, isSameAccount: false })).toBe(7n)
  })

  test('a request for it matches, and one for more does not', () => {
    const stake = fc.bigInt(0n, 1000n)
    fc.assert(
      fc.property(stake, stake, fc.boolean(), (sponsor, workerpoolOwner, isSameAccount) => {
        const stakes = { sponsor, workerpoolOwner, isSameAccount }
        const owner = isSameAccount ? REQUESTER : POOL_OWNER
        const state = {
          ...STATE,
          owners: { ...STATE.owners, workerpool: owner },
          orders: { ...STATE.orders, workerpool: { ...STATE.orders.workerpool, signedBy: owner } },
          freeStakes: new Map([
            [POOL_OWNER, workerpoolOwner],
            [REQUESTER, sponsor],
          ]),
        }
        const volume = matchableVolume(ORDERS, NONE, stakes)

        const isMatched = [volume, volume + 1n].map(
          (asked) => matchOrders(bend({ request: { volume: asked } }), state).ok,
        )

        // Beyond seven it is the orders that end, not the stakes, and the hub matches less.
        expect(isMatched).toEqual([volume > 0n, volume === 7n && isMatched[1] === true])
      }),
    )
  })

  test('ends where the hub can count no more tasks of the request', () => {
    const orders = ofVolume(2n ** 70n)

    expect(matchableVolume(orders, NONE, PLENTY)).toBe(MAX_CONSUMED)
    expect(matchableVolume(orders, { ...NONE, request: MAX_CONSUMED - 3n }, PLENTY)).toBe(3n)
    expect(matchableVolume(orders, { ...NONE, request: MAX_CONSUMED }, PLENTY)).toBe(0n)
    expect(matchableVolume(orders, { ...NONE, request: MAX_CONSUMED + 1n }, PLENTY)).toBe(0n)
  })

  test('whatever volumes, consumption and stakes: it can be matched unless it is 0, and is never too little', () => {
    const volume = fc.oneof(
      fc.bigInt(0n, 9n),
      fc.bigInt(MAX_CONSUMED - 4n, MAX_CONSUMED + 4n),
      fc.constantFrom(2n ** 70n, 2n ** 256n - 1n),
    )
    const taken = fc.oneof({ weight: 3, arbitrary: fc.constant(0n) }, volume)
    const price = fc.constantFrom(0n, 1n, 3n, 4n, 100n, 2n ** 96n - 1n)
    const stake = fc.oneof(fc.bigInt(0n, 1000n), fc.constant(2n ** 200n))
    const book = fc.record({
      offered: fc.record({ app: volume, dataset: volume, workerpool: volume, request: volume }),
      consumed: fc.record({ app: taken, dataset: taken, workerpool: taken, request: taken }),
      app: price,
      pool: price,
      sponsor: stake,
      owner: stake,
    })
    const seen = { none: 0, some: 0, all: 0 }

    fc.assert(
      fc.property(book, ({ offered, consumed, app, pool, sponsor, owner }) => {
        const orders = bend({
          app: { volume: offered.app, appprice: app },
          dataset: { volume: offered.dataset, datasetprice: 0n },
          workerpool: { volume: offered.workerpool, workerpoolprice: pool },
          request: { volume: offered.request, appmaxprice: app, workerpoolmaxprice: pool },
        })
        const state = {
          ...STATE,
          orders: {
            app: { ...STATE.orders.app, consumed: consumed.app },
            dataset: { ...STATE.orders.dataset, consumed: consumed.dataset },
            workerpool: { ...STATE.orders.workerpool, consumed: consumed.workerpool },
            request: { ...STATE.orders.request, consumed: consumed.request },
          },
          freeStakes: new Map([
            [REQUESTER, sponsor],
            [POOL_OWNER, owner],
          ]),
        }
        const matchable = matchableVolume(orders, consumed, { sponsor, workerpoolOwner: owner, isSameAccount: false })
        const asking = (tasks: bigint): MatchOrders => ({
          ...orders,
          request: { ...orders.request, volume: consumed.request + tasks },
        })

        const offer = computeDealVolume(orders, consumed)
        const match = matchOrders(asking(matchable), state)
        const beyond = matchOrders(asking(matchable + 1n), state)

        expect(matchable).toBeGreaterThanOrEqual(0n)
        expect(match.ok ? match.volume : 0n).toBe(matchable)
        // One task more is refused, unless it is an order that ends here: then the hub matches less than was asked.
        expect(beyond.ok && offer > matchable).toBe(false)
        seen[matchable === 0n ? 'none' : matchable < offer ? 'some' : 'all'] += 1
      }),
      { numRuns: 2000 },
    )

    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(50)
  })
})

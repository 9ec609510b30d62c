import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ORDERS, POOL_OWNER, REQUESTER, STATE, bend } from '../../test/fitting.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import { matchOrders } from './match.ts'
import { computeDealVolume, matchableVolume, remainingVolumes } from './volume.ts'

const NONE = { app: 0n, dataset: 0n, workerpool: 0n, request: 0n }
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
})

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
    const orders = bend({ app: { appprice: 0n }, dataset: { datasetprice: 0n }, workerpool: { workerpoolprice: 0n } })

    expect(matchableVolume(orders, NONE, { sponsor: 0n, workerpoolOwner: 0n, isSameAccount: false })).toBe(7n)
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
})

// The smaller rules beside deciding: blame, durations, orders, limits.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openBucket } from '../gateway/limits.ts'
import { canReach, planOrders, type KnownOrder } from '../orders/plan.ts'
import { nameOf, parsePrices } from '../orders/prices.ts'
import { blameLeft } from './blame.ts'
import { learnDurations } from './durations.ts'
import { REQUIREMENT, workerOf } from './testWorld.ts'

describe('blame', () => {
  test('halves every ten minutes, and is forgotten in the end', () => {
    expect(blameLeft(4, 0)).toBe(4)
    expect(blameLeft(4, 600_000)).toBe(2)
    expect(blameLeft(4, 6_000_000)).toBe(0)
  })
})

describe('durations', () => {
  test('are unknown before five of a kind were seen; then nine of ten are below', () => {
    const durations = learnDurations()

    for (const ms of [100, 200, 300, 400]) durations.note(['app'], ms)
    expect(durations.usual(['app'])).toBeUndefined()
    for (const ms of [500, 600, 700, 800, 900, 1_000]) durations.note(['app'], ms)
    expect(durations.usual(['app'])).toBe(900)
  })

  test('of the app hold before those of its category, and old ones are forgotten', () => {
    const durations = learnDurations()

    for (let n = 0; n < 100; n += 1) durations.note(['app', 'category'], 9_000)
    for (let n = 0; n < 64; n += 1) durations.note(['app', 'category'], 10)

    expect(durations.usual(['other app', 'category'])).toBe(10)
    expect(durations.usual(['app', 'category'])).toBe(10)
  })
})

describe('a bucket', () => {
  test('gives no more than it holds at once, and fills with time', () => {
    const bucket = openBucket(10, 20)

    expect([bucket.take(20, 0), bucket.take(1, 0), bucket.take(10, 1_000), bucket.take(1, 1_000)]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })

  test('never gives more in a time than its rate and what it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ amount: fc.nat(30), after: fc.nat(500) }), { maxLength: 100 }), (takes) => {
        const bucket = openBucket(10, 20)
        let now = 0
        let given = 0
        for (const { amount, after } of takes) {
          now += after
          if (bucket.take(amount, now)) given += amount
        }
        expect(given).toBeLessThanOrEqual(20 + (now / 1_000) * 10 + 1e-6)
      }),
    )
  })
})

describe('a price list', () => {
  const LIST = '{"orders":[{"category":0,"price":"1000","trust":8,"volume":100},{"category":1,"price":7,"tag":"gpu"}]}'

  test('has prices in nRLC, and says nothing of trust and volume when they are as usual', () => {
    expect(parsePrices(LIST)).toEqual([
      { category: 0, price: 1_000n, tag: `0x${'0'.repeat(64)}`, trust: 8, volume: 100 },
      { category: 1, price: 7n, tag: `0x${'0'.repeat(61)}100`, trust: 1, volume: 100 },
    ])
  })

  test.each([
    ['{"orders":[{"category":0}]}', /orders\.0\.price/u],
    ['{"orders":[{"category":0,"price":1,"prize":2}]}', /orders\.0/u],
    ['{"orders":[{"category":0,"price":1},{"category":0,"price":2}]}', /same category/u],
    ['{"orders":[{"category":0,"price":1,"tag":"tee,scone"}]}', /vault/u],
  ])('that is %s is refused with its place', (text, words) => {
    expect(() => parsePrices(text)).toThrow(words)
  })
})

describe('what is sold', () => {
  const [price] = parsePrices('{"orders":[{"category":0,"price":5,"volume":10}]}')
  if (price === undefined) throw new Error('There is a price.')
  const known = (fields: Partial<KnownOrder> = {}): KnownOrder => ({
    hash: '0xaa',
    name: nameOf(price),
    price: 5n,
    volume: 10,
    remaining: 10,
    isOnMarket: true,
    ...fields,
  })
  const NOTHING = { publish: [], publishAgain: [], withdraw: [], close: [] }
  const planned = (orders: readonly KnownOrder[], isAble = true): ReturnType<typeof planOrders> =>
    planOrders({ prices: [price], known: orders, isAble: () => isAble })

  test('is what the list says; when half of it is sold, it is filled up', () => {
    expect(planned([])).toEqual({ ...NOTHING, publish: [{ price, volume: 10 }] })
    expect(planned([known({ remaining: 6 })])).toEqual(NOTHING)
    expect(planned([known({ remaining: 5 })])).toEqual({ ...NOTHING, publish: [{ price, volume: 5 }] })
  })

  test('is taken back when the workers for it are gone, and comes again with them', () => {
    expect(planned([known()], false)).toEqual({ ...NOTHING, withdraw: ['0xaa'] })
    expect(planned([known({ isOnMarket: false })], false)).toEqual(NOTHING)
    expect(planned([known({ isOnMarket: false })])).toEqual({ ...NOTHING, publishAgain: ['0xaa'] })
  })

  test('at another price is ended on the chain: somebody may have a copy', () => {
    expect(planned([known({ price: 4n })])).toEqual({ ...NOTHING, publish: [{ price, volume: 10 }], close: ['0xaa'] })
    expect(planOrders({ prices: [], known: [known()], isAble: () => true })).toEqual({ ...NOTHING, close: ['0xaa'] })
  })

  test('needs workers that reach its trust together', () => {
    const demand = { cpus: REQUIREMENT.cpus, memoryBytes: REQUIREMENT.memoryBytes, gpu: false, network: false }

    expect(canReach([], demand, 1)).toBe(false)
    expect(canReach([workerOf(0), workerOf(1)], demand, 4)).toBe(true)
    expect(canReach([workerOf(0), workerOf(1)], demand, 5)).toBe(false)
    expect(canReach([workerOf(0), workerOf(1, { goneAt: 0 })], demand, 4)).toBe(false)
    expect(canReach([workerOf(0)], { ...demand, gpu: true }, 1)).toBe(false)
  })
})

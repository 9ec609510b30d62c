import { describe, expect, test } from 'vitest'
import {
  EMPTY_FLIGHT,
  isDoubtful,
  nextNonce,
  observe,
  planRound,
  putSlot,
  type Flight,
  type FlightRules,
  type Sight,
  type Slot,
} from './flight.ts'

const RULES: FlightRules = { cap: 100n, bumpPercent: 12.5, stuckAfterMs: 1_000, stuckAfterBlocks: 3, pollingMs: 100 }

function see(latest: number, pending: number, change: { ms?: number; block?: bigint; price?: bigint } = {}): Sight {
  const at = { ms: change.ms ?? 0, block: change.block ?? 10n }
  return { at, latest, pending, fees: { type: 'legacy', gasPrice: change.price ?? 10n } }
}

function open(nonce: number, change: Partial<Slot> & { readonly price?: bigint } = {}): Slot {
  const { price = 10n, ...rest } = change
  return {
    nonce,
    job: nonce,
    call: { to: `0x${'11'.repeat(20)}`, data: '0x', value: 0n, gas: 21_000n },
    attempts: [{ hash: `0x${String(nonce)}`, raw: '0x', fees: { type: 'legacy', gasPrice: price } }],
    signed: [`0x${String(nonce)}`],
    delivery: 'sent',
    mayBeOut: true,
    tries: 1,
    triedAtMs: 0,
    since: { ms: 0, block: 10n },
    isCapped: false,
    ...rest,
  }
}

/** A flight with these slots, after a first look at moment 0 and block 10. */
function flightOf(slots: readonly Slot[], sight: Sight): Flight {
  return observe(slots.reduce(putSlot, EMPTY_FLIGHT), sight)
}

function noncesOf(slots: readonly Slot[]): readonly number[] {
  return slots.map(({ nonce }) => nonce)
}

describe('the next nonce', () => {
  test('is the one behind everything that the node holds and that is in flight', () => {
    expect(nextNonce(flightOf([], see(4, 4)))).toBe(4)
    expect(nextNonce(flightOf([], see(4, 6)))).toBe(6)
    expect(nextNonce(flightOf([open(6)], see(4, 6)))).toBe(7)
    expect(nextNonce(flightOf([open(4)], see(4, 9)))).toBe(9)
  })

  test('passes over what somebody else holds', () => {
    expect(nextNonce({ ...flightOf([open(4)], see(4, 5)), held: [5, 6] })).toBe(7)
  })

  test('is a gap, as soon as it was seen twice', () => {
    const once = flightOf([open(4), open(6)], see(4, 5))
    const twice = observe(once, see(4, 5))

    expect(nextNonce(once)).toBe(7)
    expect(nextNonce(twice)).toBe(5)
    expect(planRound(once, RULES).fill).toEqual([])
    expect(planRound(twice, RULES).fill).toEqual([5])
  })
})

describe('what the chain has come past', () => {
  test('is looked at, since the block before which it was not', () => {
    const before = flightOf([open(4), open(5)], see(4, 6))
    const after = observe(before, see(5, 6, { block: 12n }))

    expect(planRound(after, RULES).passed).toEqual([open(4, { passed: { after: 10n, missing: 0 } })])
  })

  test('is in flight again when the chain goes back', () => {
    const passed = observe(flightOf([open(4)], see(4, 5)), see(5, 5, { block: 12n }))
    const doubted = observe(observe(passed, see(4, 4, { block: 11n })), see(4, 4, { block: 11n }))
    const back = observe(doubted, see(4, 4, { block: 11n }))

    expect(planRound(doubted, RULES).passed).toHaveLength(1)
    expect(planRound(back, RULES).passed).toEqual([])
  })

  test('a chain that says less than before is believed the third time', () => {
    const flight = flightOf([], see(4, 4))
    const less = see(3, 3)
    const once = observe(flight, less)
    const twice = observe(once, less)

    expect([flight, once, twice].map((each) => isDoubtful(each, less))).toEqual([true, true, false])
    expect(isDoubtful(flight, see(4, 4))).toBe(false)
    expect(isDoubtful(flight, see(4, 4, { block: 9n }))).toBe(true)
  })
})

describe('what is sent again', () => {
  test('is what the node does not hold, after twice as long each time', () => {
    const flight = flightOf([open(4), open(5), open(6, { tries: 2 })], see(4, 5))

    const again = (ms: number): readonly number[] =>
      noncesOf(planRound(observe(flight, see(4, 5, { ms })), RULES).rebroadcast)
    expect([199, 200, 399, 400].map(again)).toEqual([[], [5], [5], [5, 6]])
  })

  test('and what it never said to hold', () => {
    const flight = flightOf([open(4, { delivery: 'unsent' })], see(4, 5))

    expect(noncesOf(planRound(observe(flight, see(4, 5, { ms: 200 })), RULES).rebroadcast)).toEqual([4])
  })
})

describe('what is replaced', () => {
  const flight = flightOf([open(4), open(5), open(6, { price: 50n })], see(4, 7))
  const replaced = (sight: Sight): readonly number[] =>
    planRound(observe(flight, sight), RULES).replace.map(({ slot }) => slot.nonce)

  test('is the first one when it waits for long enough and enough blocks, and what pays too little behind it', () => {
    expect(replaced(see(4, 7, { ms: 1_000, block: 13n, price: 20n }))).toEqual([4, 5])
    expect(replaced(see(4, 7, { ms: 999, block: 13n, price: 20n }))).toEqual([])
    expect(replaced(see(4, 7, { ms: 1_000, block: 12n, price: 20n }))).toEqual([])
  })

  test('is the first one only when the others pay what the market asks', () => {
    expect(replaced(see(4, 7, { ms: 1_000, block: 13n, price: 10n }))).toEqual([4])
  })

  test('is nothing when the chain has just come closer', () => {
    expect(replaced(see(5, 7, { ms: 1_000, block: 13n, price: 20n }))).toEqual([])
  })

  test('is at once what nodes find too cheap', () => {
    const cheap = flightOf([open(4), open(5, { delivery: 'underpriced', triedAtMs: -200 })], see(4, 5))

    expect(planRound(cheap, RULES).replace.map(({ slot }) => slot.nonce)).toEqual([5])
  })

  test('is nothing that the cap keeps from it, which is told once', () => {
    const late = see(4, 5, { ms: 1_000, block: 13n, price: 200n })
    const poor = flightOf([open(4, { price: 90n })], see(4, 5))
    const told = flightOf([open(4, { price: 90n, isCapped: true })], see(4, 5))

    expect(planRound(observe(poor, late), RULES)).toMatchObject({ replace: [], capped: [{ nonce: 4 }] })
    expect(planRound(observe(told, late), RULES)).toMatchObject({ replace: [], capped: [] })
  })
})

test('what others hold is filled only when the chain does not take it', () => {
  const flight = flightOf([open(6)], see(4, 7))

  const filled = (sight: Sight): readonly number[] => planRound(observe(flight, sight), RULES).fill
  expect(filled(see(4, 7, { ms: 1_000, block: 13n }))).toEqual([4, 5])
  expect(filled(see(4, 7, { ms: 999, block: 13n }))).toEqual([])
  expect(filled(see(5, 7, { ms: 1_000, block: 13n }))).toEqual([])
})

test('where the cap leaves no room, the dearest form is sent again, as a node may hold one that it replaced', () => {
  const late = see(4, 5, { ms: 1_000, block: 13n, price: 200n })
  const [cheap, dear] = [open(4, { price: 40n }), open(4, { price: 90n })]
  const outbid = { ...dear, attempts: [...cheap.attempts, ...dear.attempts] }

  expect(noncesOf(planRound(observe(flightOf([outbid], see(4, 5)), late), RULES).rebroadcast)).toEqual([4])
  expect(planRound(observe(flightOf([dear], see(4, 5)), late), RULES).rebroadcast).toEqual([])
})

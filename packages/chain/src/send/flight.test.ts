import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { priceOf } from './fees.ts'
import {
  dropSlot,
  EMPTY_FLIGHT,
  isDoubtful,
  lastAttempt,
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

/** A chain and a node of which everything is known. Prices are those of the last attempt. */
type World = {
  flight: Flight
  ms: number
  block: bigint
  price: bigint
  /** Who has the nonces in blocks: a command, or nobody of ours. */
  mined: (number | 'other')[]
  pool: Map<number, { readonly job: number | 'other'; readonly price: bigint }>
  /** Commands without a nonce. */
  queue: number[]
  commands: number
}

type Deed =
  | { readonly do: 'command' | 'forget' | 'useKey' | 'sendForeign' | 'look' }
  | { readonly do: 'mine'; readonly most: number }
  | { readonly do: 'price'; readonly price: bigint }

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.constantFrom<Deed>({ do: 'command' }, { do: 'look' }, { do: 'command' }, { do: 'look' }),
  fc.constantFrom<Deed>({ do: 'forget' }, { do: 'useKey' }, { do: 'sendForeign' }),
  fc.integer({ min: 0, max: 4 }).map((most): Deed => ({ do: 'mine', most })),
  fc.bigInt({ min: 1n, max: 120n }).map((price): Deed => ({ do: 'price', price })),
)

function pendingOf({ mined, pool }: World): number {
  let nonce = mined.length
  while (pool.has(nonce)) nonce += 1
  return nonce
}

/** The node takes what is new, or pays a tenth more than what it has. */
function give(world: World, { nonce, job, ...slot }: Slot): void {
  const { fees } = lastAttempt({ nonce, job, ...slot })
  const old = world.pool.get(nonce)
  const tooLittle = old !== undefined && priceOf(fees) * 10n < old.price * 11n
  const isSame = old !== undefined && old.job === (job ?? 'other') && old.price === priceOf(fees)
  const delivery = tooLittle && !isSame ? 'underpriced' : 'sent'
  if (nonce >= world.mined.length && !tooLittle) {
    world.pool.set(nonce, { job: job ?? 'other', price: priceOf(fees) })
  }
  world.flight = putSlot(world.flight, { ...slot, nonce, job, delivery, tries: slot.tries + 1, triedAtMs: world.ms })
}

function look(world: World): void {
  const sight = see(world.mined.length, pendingOf(world), world)
  world.flight = observe(world.flight, sight)
  const plan = planRound(world.flight, RULES)
  for (const slot of plan.passed) {
    world.flight = dropSlot(world.flight, slot.nonce)
    if (slot.job !== undefined && world.mined[slot.nonce] !== slot.job) world.queue.unshift(slot.job)
  }
  for (const { slot, fees } of plan.replace) {
    const attempts = [...slot.attempts, { ...lastAttempt(slot), fees }]
    give(world, { ...slot, attempts, tries: 0, since: sight.at })
  }
  for (const slot of plan.rebroadcast) give(world, slot)
  const price = world.price < RULES.cap ? world.price : RULES.cap
  const fresh = { price, since: sight.at, tries: 0 }
  for (const job of world.queue.splice(0)) give(world, open(nextNonce(world.flight), { ...fresh, job }))
  const free = plan.fill.filter((nonce) => !world.flight.slots.some((slot) => slot.nonce === nonce))
  for (const nonce of free) give(world, open(nonce, { ...fresh, job: undefined }))
}

function mine(world: World, most: number): void {
  world.block += 1n
  for (let place = 0; place < most; place += 1) {
    const next = world.pool.get(world.mined.length)
    if (next === undefined || next.price < world.price) return
    world.pool.delete(world.mined.length)
    world.mined.push(next.job)
  }
}

function carryOut(world: World, deed: Deed): void {
  world.ms += 150
  switch (deed.do) {
    case 'command':
      world.commands += 1
      world.queue.push(world.commands)
      return
    case 'forget':
      world.pool.clear()
      return
    case 'useKey':
      world.pool.delete(world.mined.length)
      world.mined.push('other')
      return
    case 'sendForeign':
      world.pool.set(pendingOf(world), { job: 'other', price: 5n })
      return
    case 'mine':
      mine(world, deed.most)
      return
    case 'price':
      world.price = deed.price
      return
    case 'look':
      look(world)
  }
}

test('whatever happens to key and node, every command is executed exactly once, and nothing pays more than the cap', () => {
  fc.assert(
    fc.property(fc.array(deeds, { maxLength: 60 }), (history) => {
      const world: World = {
        flight: EMPTY_FLIGHT,
        ms: 0,
        block: 10n,
        price: 10n,
        mined: ['other'],
        pool: new Map(),
        queue: [],
        commands: 0,
      }

      for (const deed of history) {
        carryOut(world, deed)
        expect(new Set(noncesOf(world.flight.slots)).size).toBe(world.flight.slots.length)
        for (const { attempts } of world.flight.slots) {
          for (const { fees } of attempts) expect(priceOf(fees)).toBeLessThanOrEqual(RULES.cap)
        }
      }
      world.price = 3n
      for (let round = 0; round < 200 && world.queue.length + world.flight.slots.length > 0; round += 1) {
        world.ms += 500
        look(world)
        mine(world, 5)
      }

      const done = world.mined.filter((job) => job !== 'other').toSorted((one, other) => one - other)
      expect(done).toEqual(Array.from({ length: world.commands }, (_, place) => place + 1))
    }),
    { numRuns: 500 },
  )
})

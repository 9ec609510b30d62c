import * as fc from 'fast-check'
import { createClient, http, type Hash } from 'viem'
import { expect, test } from 'vitest'
import { accountOf } from '../../test/anvil.ts'
import { conclude } from './broadcast.ts'
import type { SendOutcome } from './command.ts'
import { jobOf, loseNonce, regainNonce, settle, type Desk } from './desk.ts'
import { bumpFees, priceOf, type Fees } from './fees.ts'
import { EMPTY_FLIGHT, isDoubtful, lastAttempt, nextNonce, observe, planRound, putSlot, type Slot } from './flight.ts'
import { dropSlot, type Sight, type Taker } from './flight.ts'
import { forget, isBelieved, watchedOf } from './lost.ts'
import type { Delivery } from './words.ts'

/** Reorgs of the model undo one block less, so that nothing that was believed is undone. */
const DEPTH = 4
const RULES = { cap: 100n, bumpPercent: 12.5, stuckAfterMs: 1_000, stuckAfterBlocks: 3, pollingMs: 100 }

/** A transaction in the pool or in a block; `job` is `undefined` for what only fills a gap, and for somebody else's. */
type Sent = { readonly nonce: number; readonly hash: Hash; readonly job: number | undefined; readonly price: bigint }

/** What becomes of what is broadcast: `lose`: taken, and nobody hears of it; `drop`: neither; `refuse`: said no. */
type Weather = 'clear' | 'lose' | 'drop' | 'refuse'

/** A chain and a node of which everything is known, and a desk in front of them. */
type World = {
  readonly desk: Desk
  readonly outcomes: Map<number, SendOutcome['kind']>
  ms: number
  block: bigint
  price: bigint
  weather: Weather
  foreigners: number
  /** By nonce. */
  mined: (Sent & { readonly block: bigint })[]
  pool: Map<number, Sent>
  /** All that any node was ever given. */
  given: Sent[]
}

type Deed =
  | { readonly do: 'command' | 'forget' | 'useKey' | 'sendForeign' | 'look' }
  | { readonly do: 'mine'; readonly most: number }
  | { readonly do: 'remember'; readonly place: number }
  | { readonly do: 'price'; readonly price: bigint }
  | { readonly do: 'weather'; readonly weather: Weather }
  | { readonly do: 'undo'; readonly blocks: number; readonly isForgotten: boolean }

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.constantFrom<Deed>({ do: 'command' }, { do: 'look' }),
  fc.constant<Deed>({ do: 'look' }),
  fc.constant<Deed>({ do: 'look' }),
  fc.nat({ max: 50 }).map((place): Deed => ({ do: 'remember', place })),
  fc.constantFrom<Deed>({ do: 'forget' }, { do: 'useKey' }, { do: 'sendForeign' }),
  fc.integer({ min: 0, max: 4 }).map((most): Deed => ({ do: 'mine', most })),
  fc.bigInt({ min: 1n, max: 120n }).map((price): Deed => ({ do: 'price', price })),
  fc.constantFrom<Weather>('clear', 'lose', 'drop', 'refuse').map((weather): Deed => ({ do: 'weather', weather })),
  fc
    .record({ blocks: fc.integer({ min: 1, max: DEPTH - 1 }), isForgotten: fc.boolean() })
    .map((undone): Deed => ({ do: 'undo', ...undone })),
)

function openWorld(): World {
  const account = accountOf(0)
  return {
    desk: {
      // Nothing is asked of it: the model looks and signs itself.
      client: createClient({ account, transport: http('http://127.0.0.1:9') }),
      rules: RULES,
      maxInFlight: 1_000,
      confirmations: DEPTH,
      takerConfirmations: DEPTH,
      takerAfterMs: Infinity,
      tell: () => undefined,
      jobs: new Map(),
      queue: [],
      lastJob: 0,
      hasNews: false,
      flight: EMPTY_FLIGHT,
      gasLimit: 30_000_000n,
      isClosed: false,
    },
    outcomes: new Map(),
    ms: 0,
    block: 10n,
    price: 10n,
    weather: 'clear',
    foreigners: 0,
    mined: [{ nonce: 0, hash: '0xbefore', job: undefined, price: 1n, block: 1n }] as World['mined'],
    pool: new Map(),
    given: [],
  }
}

function command({ desk, outcomes }: World): void {
  desk.lastJob += 1
  const id = desk.lastJob
  const { promise, resolve } = Promise.withResolvers<SendOutcome>()
  const job = {
    id,
    command: { to: desk.client.account.address },
    answer: promise,
    settle: (outcome: SendOutcome) => {
      outcomes.set(id, outcome.kind)
      resolve(outcome)
    },
    faults: 0,
  }
  desk.jobs.set(id, job)
  desk.queue = [...desk.queue, job]
}

function pendingOf({ mined, pool }: World): number {
  let nonce = mined.length
  while (pool.has(nonce)) nonce += 1
  return nonce
}

function sightOf(world: World): Sight {
  const { block, ms, price } = world
  const fees = { type: 'legacy', gasPrice: price } as const
  return { at: { ms, block }, latest: world.mined.length, pending: pendingOf(world), fees }
}

/** The same fees make the same bytes. */
function sign(nonce: number, job: number | undefined, fees: Fees): { hash: Hash; raw: Hash; fees: Fees } {
  return { hash: `0x${nonce}-${job ?? 'nothing'}-${priceOf(fees)}`, raw: '0x', fees }
}

function open(world: World, { nonce, job, fees }: { nonce: number; job: number | undefined; fees: Fees }): void {
  const attempt = sign(nonce, job, fees)
  const slot: Slot = {
    nonce,
    job,
    call: { to: world.desk.client.account.address, data: '0x', value: 0n, gas: 21_000n },
    attempts: [attempt],
    signed: [attempt.hash],
    delivery: 'unsent',
    mayBeOut: false,
    tries: 0,
    triedAtMs: world.ms,
    since: { ms: world.ms, block: world.block },
    isCapped: false,
  }
  world.desk.flight = putSlot(world.desk.flight, slot)
  give(world, slot)
}

function give(world: World, slot: Slot): void {
  conclude(world.desk, slot, { state: deliver(world, slot), words: '' })
}

/** The node takes what is new, or pays a tenth more than what it has. */
function deliver({ mined, pool, given, weather }: World, slot: Slot): Delivery['state'] {
  if (weather === 'drop') return 'unreachable'
  if (weather === 'refuse') return 'unfunded'
  const { hash, fees } = lastAttempt(slot)
  const taken = weather === 'lose' ? 'unreachable' : 'taken'
  const old = pool.get(slot.nonce)
  if (slot.nonce < mined.length) return 'nonceUsed'
  if (old?.hash === hash) return taken
  if (old !== undefined && priceOf(fees) * 10n < old.price * 11n) return weather === 'lose' ? taken : 'occupied'
  const sent: Sent = { nonce: slot.nonce, hash, job: slot.job, price: priceOf(fees) }
  pool.set(slot.nonce, sent)
  given.push(sent)
  return taken
}

/** One round of the sender, as its loop goes it. */
function look(world: World): void {
  const { desk } = world
  const sight = sightOf(world)
  const isTooEarly = isDoubtful(desk.flight, sight)
  desk.flight = observe(desk.flight, sight)
  if (isTooEarly) return
  desk.flight = forget(desk.flight, (job) => !desk.jobs.has(job))
  for (const slot of watchedOf(desk.flight)) {
    const hash = world.mined[slot.nonce]?.hash
    if (hash !== undefined && slot.signed.includes(hash)) regainNonce(desk, slot, hash)
  }
  const plan = planRound(desk.flight, RULES)
  for (const slot of plan.passed.toReversed()) pass(world, slot)
  for (const { slot, fees } of plan.replace) {
    const attempt = sign(slot.nonce, slot.job, fees)
    const signed = [...new Set([...slot.signed, attempt.hash])]
    const replaced: Slot = { ...slot, attempts: [...slot.attempts, attempt], signed, delivery: 'unsent', tries: 0 }
    desk.flight = putSlot(desk.flight, { ...replaced, since: sight.at })
    give(world, replaced)
  }
  for (const slot of plan.rebroadcast) give(world, slot)
  const fees: Fees = { type: 'legacy', gasPrice: world.price < RULES.cap ? world.price : RULES.cap }
  const waiting = desk.queue
  desk.queue = []
  for (const job of waiting) open(world, { nonce: nextNonce(desk.flight), job: job.id, fees })
  for (const nonce of plan.fill.filter((each) => !desk.flight.slots.some((slot) => slot.nonce === each))) {
    const old = desk.flight.lost.find((slot) => slot.nonce === nonce)
    const more = old === undefined ? undefined : bumpFees(lastAttempt(old).fees, fees, RULES)
    open(world, { nonce, job: undefined, fees: more ?? fees })
  }
}

function pass({ desk, mined, block, ms }: World, slot: Slot): void {
  const there = mined[slot.nonce]
  if (there === undefined) throw new Error('The chain has not come past this nonce.')
  if (slot.signed.includes(there.hash)) {
    if (block - there.block + 1n < DEPTH) return
    desk.flight = dropSlot(desk.flight, slot.nonce)
    const job = jobOf(desk, slot)
    if (job !== undefined) settle(desk, job, { kind: 'mined', receipt: {} as never })
    return
  }
  const taker: Taker = { hash: there.hash, block: there.block, sinceMs: ms }
  if (slot.job === undefined || isBelieved(taker, { ms, block }, desk)) loseNonce(desk, slot, there.hash)
}

function mine(world: World, most: number): void {
  world.block += 1n
  for (let place = 0; place < most; place += 1) {
    const next = world.pool.get(world.mined.length)
    if (next === undefined || next.price < world.price) return
    world.pool.delete(world.mined.length)
    world.mined.push({ ...next, block: world.block })
  }
}

/** The last blocks are others now, and empty; what was in them is back in the pool, or nowhere. */
function undo(world: World, { blocks, isForgotten }: { readonly blocks: number; readonly isForgotten: boolean }): void {
  const kept = world.mined.filter(({ block }) => block <= world.block - BigInt(blocks))
  const undone = world.mined.slice(kept.length)
  world.mined = kept
  if (isForgotten) return
  for (const { block: _, ...sent } of undone) world.pool.set(sent.nonce, sent)
}

/** Another node still has what it was given once, and passes it on. */
function remember({ given, pool, mined }: World, place: number): void {
  const old = given[given.length - 1 - place]
  if (old !== undefined && old.nonce >= mined.length) pool.set(old.nonce, old)
}

function foreign(world: World, nonce: number): Sent {
  world.foreigners += 1
  return { nonce, hash: `0xother${world.foreigners}`, job: undefined, price: 5n }
}

function carryOut(world: World, deed: Deed): void {
  world.ms += 400
  switch (deed.do) {
    case 'command':
      command(world)
      return
    case 'forget':
      world.pool.clear()
      return
    case 'useKey':
      world.pool.delete(world.mined.length)
      world.block += 1n
      world.mined.push({ ...foreign(world, world.mined.length), block: world.block })
      return
    case 'sendForeign':
      world.pool.set(pendingOf(world), foreign(world, pendingOf(world)))
      return
    case 'mine':
      mine(world, deed.most)
      return
    case 'remember':
      remember(world, deed.place)
      return
    case 'price':
      world.price = deed.price
      return
    case 'weather':
      world.weather = deed.weather
      return
    case 'undo':
      undo(world, deed)
      return
    case 'look':
      look(world)
  }
}

test('whatever key, node and chain do, every command is executed once or was refused, and nothing pays more than the cap', () => {
  fc.assert(
    fc.property(fc.array(deeds, { maxLength: 80, size: 'max' }), (history) => {
      const world = openWorld()
      const { desk } = world

      for (const deed of history) {
        carryOut(world, deed)
        expect(new Set(desk.flight.slots.map(({ nonce }) => nonce)).size).toBe(desk.flight.slots.length)
        for (const { attempts } of desk.flight.slots) {
          for (const { fees } of attempts) expect(priceOf(fees)).toBeLessThanOrEqual(RULES.cap)
        }
      }
      world.price = 3n
      world.weather = 'clear'
      for (let round = 0; round < 300 && desk.jobs.size + desk.flight.slots.length > 0; round += 1) {
        world.ms += 500
        look(world)
        mine(world, 5)
      }

      const done = world.mined.flatMap(({ job }) => job ?? []).toSorted((one, other) => one - other)
      const all = Array.from({ length: desk.lastJob }, (_, place) => place + 1)
      expect(done).toEqual(all.filter((job) => world.outcomes.get(job) === 'mined'))
      expect([...world.outcomes.keys()].toSorted((one, other) => one - other)).toEqual(all)
    }),
    { numRuns: 400 },
  )
}, 60_000)

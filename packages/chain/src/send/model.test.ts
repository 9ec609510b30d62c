import * as fc from 'fast-check'
import { numberToHex } from 'viem'
import { afterEach, expect, test, vi } from 'vitest'
import { accountOf } from '../../test/anvil.ts'
import type { SendOutcome } from './command.ts'
import type { Desk } from './desk.ts'
import { priceOf } from './fees.ts'
import { EMPTY_FLIGHT } from './flight.ts'
import {
  clientOf,
  fetchFrom,
  foreign,
  mine,
  openWorld,
  pendingOf,
  remember,
  undo,
  type Node,
  type Way,
  type Weather,
  type World,
} from './modelWorld.ts'
import { goRound } from './round.ts'

/** Reorgs of the model undo one block less, so that nothing that was believed is undone. */
const DEPTH = 4
const RULES = { cap: 100n, bumpPercent: 12.5, stuckAfterMs: 1_000, stuckAfterBlocks: 3, pollingMs: 100 }

type Deed =
  | { readonly do: 'command' | 'forget' | 'useKey' | 'sendForeign' | 'look' }
  | { readonly do: 'mine'; readonly most: number }
  | { readonly do: 'mineSoon'; readonly requests: number; readonly most: number }
  | { readonly do: 'remember'; readonly place: number }
  | { readonly do: 'price'; readonly price: bigint }
  | { readonly do: 'weather'; readonly node: Node; readonly weather: Weather }
  | { readonly do: 'undo'; readonly blocks: number; readonly isForgotten: boolean }

const weathers: readonly Weather[] = ['clear', 'lose', 'lose', 'drop', 'refuse', 'occupied', 'late', 'blind']
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.constant<Deed>({ do: 'command' }),
  fc.constant<Deed>({ do: 'look' }),
  fc.constant<Deed>({ do: 'look' }),
  fc.nat({ max: 50 }).map((place): Deed => ({ do: 'remember', place })),
  fc.constantFrom<Deed>({ do: 'forget' }, { do: 'useKey' }, { do: 'sendForeign' }),
  fc.integer({ min: 0, max: 4 }).map((most): Deed => ({ do: 'mine', most })),
  fc
    .record({ requests: fc.integer({ min: 1, max: 12 }), most: fc.integer({ min: 1, max: 4 }) })
    .map((soon): Deed => ({ do: 'mineSoon', ...soon })),
  fc.bigInt({ min: 1n, max: 120n }).map((price): Deed => ({ do: 'price', price })),
  fc
    .record({ node: fc.constantFrom<Node>(0, 1), weather: fc.constantFrom(...weathers) })
    .map((found): Deed => ({ do: 'weather', ...found })),
  fc
    .record({ blocks: fc.integer({ min: 1, max: DEPTH - 1 }), isForgotten: fc.boolean() })
    .map((undone): Deed => ({ do: 'undo', ...undone })),
)

/** Of what was sent dearer, a node brings the first form back, and the cap leaves no room for a third one. */
const CHEAPER_AGAIN: readonly Deed[] = [
  { do: 'price', price: 1n },
  { do: 'command' },
  { do: 'command' },
  { do: 'look' },
  { do: 'price', price: 89n },
  ...Array.from({ length: 3 }, (): Deed => ({ do: 'mine', most: 0 })),
  { do: 'look' },
  { do: 'remember', place: 2 },
]

async function openDesk(world: World, way: Way): Promise<Desk> {
  return {
    client: await clientOf(world, way),
    now: () => world.ms,
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
  }
}

type Outcomes = Map<number, SendOutcome['kind']>
type Office = { readonly desk: Desk; readonly outcomes: Outcomes }

/** The data of a command is its number, so that the world knows whose transaction it has. */
function command(desk: Desk, outcomes: Outcomes): void {
  desk.lastJob += 1
  const id = desk.lastJob
  const { promise, resolve } = Promise.withResolvers<SendOutcome>()
  const settle = (outcome: SendOutcome): void => {
    outcomes.set(id, outcome.kind)
    resolve(outcome)
  }
  const job = { id, command: { to: accountOf(1).address, data: numberToHex(id) }, answer: promise, settle, faults: 0 }
  desk.jobs.set(id, job)
  desk.queue = [...desk.queue, job]
}

async function carryOut(world: World, { desk, outcomes }: Office, deed: Deed): Promise<void> {
  switch (deed.do) {
    case 'command':
      command(desk, outcomes)
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
    case 'mineSoon':
      world.soon.push(deed)
      return
    case 'remember':
      remember(world, deed.place)
      return
    case 'price':
      world.price = deed.price
      return
    case 'weather':
      world.weather[deed.node] = deed.weather
      return
    case 'undo':
      undo(world, deed)
      return
    case 'look':
      await goRound(desk)
  }
}

/** Time and network are the world's: whoever waits makes time pass. */
function enter(world: World): void {
  vi.stubGlobal('fetch', async (url: string, request: { readonly body: string }) => fetchFrom(world, url, request))
  const timers = new Set<object>()
  vi.stubGlobal('setTimeout', (act: () => void, ms: number) => {
    const timer = {}
    timers.add(timer)
    setImmediate(() => {
      if (!timers.delete(timer)) return
      world.ms += ms
      act()
    })
    return timer
  })
  vi.stubGlobal('clearTimeout', (timer: object) => timers.delete(timer))
  vi.spyOn(performance, 'now').mockImplementation(() => world.ms)
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

test.each<Way>(['direct', 'balanced', 'fallback', 'openChain'])(
  'whatever key, nodes (%s) and chain do, every command is executed once or was refused, and nothing pays more than the cap',
  async (way) => {
    await fc.assert(
      fc.asyncProperty(fc.array(deeds, { maxLength: 80, size: 'max' }), async (history) => {
        const world = openWorld()
        enter(world)
        const desk = await openDesk(world, way)
        const outcomes: Outcomes = new Map()

        for (const deed of history) {
          world.ms += 400
          await carryOut(world, { desk, outcomes }, deed)
          expect(new Set(desk.flight.slots.map(({ nonce }) => nonce)).size).toBe(desk.flight.slots.length)
          for (const { attempts } of desk.flight.slots) {
            for (const { fees } of attempts) expect(priceOf(fees)).toBeLessThanOrEqual(RULES.cap)
          }
        }
        world.price = 3n
        world.weather = { 0: 'clear', 1: 'clear' }
        // A node that says for long that others have the nonces leaves as many gaps; each takes two rounds.
        for (let round = 0; round < 3_000 && desk.jobs.size + desk.flight.slots.length > 0; round += 1) {
          world.ms += 500
          await goRound(desk)
          mine(world, 5)
        }

        const done = world.mined.flatMap(({ job }) => job ?? []).toSorted((one, other) => one - other)
        const all = Array.from({ length: desk.lastJob }, (_, place) => place + 1)
        expect(done).toEqual(all.filter((job) => outcomes.get(job) === 'mined'))
        expect([...outcomes.keys()].toSorted((one, other) => one - other)).toEqual(all)
      }),
      { numRuns: 300, examples: [[[...CHEAPER_AGAIN]]] },
    )
  },
  60_000,
)

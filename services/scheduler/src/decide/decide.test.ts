// What is decided, rule by rule, and what holds whatever happens.
import { newWorkersNeeded, weightNeeded } from '@iexec/protocol'
import fc from 'fast-check'
import { keccak256 } from 'viem'
import { describe, expect, test } from 'vitest'
import type { Command } from './command.ts'
import { QUARANTINE_BLAME, type ConsensusSnapshot, type VoteSnapshot } from './snapshot.ts'
import {
  REQUIREMENT,
  act,
  addressOf,
  at,
  dealOf,
  CID,
  decideOn,
  mine,
  openWorld,
  placeOf,
  taskOf,
  turn,
  workerOf,
  type World,
} from './testWorld.ts'

const HASH = `0x${'aa'.repeat(32)}` as const
const OTHER = `0x${'bb'.repeat(32)}` as const

function kinds(commands: readonly Command[]): readonly string[] {
  return commands.map((command) => command.do)
}

function voteOf(n: number, fields: Partial<VoteSnapshot> = {}): VoteSnapshot {
  return { worker: addressOf(n), hash: HASH, status: 'contributed', weight: 2n, ...fields }
}

function consensusOf(fields: Partial<ConsensusSnapshot> = {}): ConsensusSnapshot {
  return {
    value: HASH,
    winners: 2,
    reveals: 0,
    revealDeadline: 700,
    digest: undefined,
    revealedAt: undefined,
    ...fields,
  }
}

const some = (count: number): ReturnType<typeof workerOf>[] => Array.from({ length: count }, (_, n) => workerOf(n))

const countAsked = (worker: ReturnType<typeof workerOf>, wanted: Partial<typeof REQUIREMENT>): number =>
  decideOn(
    { tasks: [taskOf(0, { deal: dealOf({ requirement: { ...REQUIREMENT, ...wanted } }) })], workers: [worker] },
    at(0),
  ).commands.length

const firstAsked = (workers: readonly ReturnType<typeof workerOf>[]): unknown =>
  decideOn({ tasks: [taskOf(0)], workers }, at(0)).commands[0]
const countDecided = (second: number): number =>
  decideOn({ tasks: [taskOf(0)], workers: some(1) }, at(second)).commands.length

const afterLearning = (expectedMs: number, now: number): unknown =>
  kinds(
    decideOn(
      {
        tasks: [
          taskOf(0, {
            deal: dealOf({ trust: 2n, expectedMs }),
            status: 'active',
            places: [placeOf(0, { state: 'running', heardAt: 0 })],
          }),
        ],
        workers: [workerOf(0, { free: 0 }), workerOf(1)],
      },
      at(now),
    ).commands,
  )

const afterRefusal = (cause: 'BUSY' | 'PARAMS_WRONG', now: number): unknown => {
  const place = placeOf(0, { state: 'refused', cause, heardAt: 0, endedAt: 0 })
  return decideOn(
    { tasks: [taskOf(0, { deal: dealOf({ trust: 2n }), status: 'active', places: [place] })], workers: some(1) },
    at(now),
  ).commands
}

const afterReveals = (revealDeadline: number, now: number): unknown =>
  kinds(
    decideOn(
      {
        tasks: [taskOf(0, { status: 'revealing', consensus: consensusOf({ revealDeadline }), votes: [voteOf(0)] })],
      },
      at(now),
    ).commands,
  )

const afterEnd = (status: 'unset' | 'active' | 'revealing', now: number): unknown =>
  kinds(decideOn({ tasks: [taskOf(0, { status })] }, at(now)).commands)

describe('how many workers compute a task', () => {
  test.each([1n, 2n, 3n, 4n, 5n, 8n, 9n, 16n, 17n, 100n])(
    'trust %d takes as many new workers as protocol says',
    (trust) => {
      const task = taskOf(0, { deal: dealOf({ trust }) })

      const { commands } = decideOn({ tasks: [task], workers: some(12) }, at(0))

      expect(commands.filter((command) => command.do === 'offer')).toHaveLength(newWorkersNeeded(trust))
    },
  )

  test('one worker of a high score is enough where seven new ones were needed', () => {
    const task = taskOf(0, { deal: dealOf({ trust: 100n }) })

    const { commands } = decideOn({ tasks: [task], workers: [...some(8), workerOf(9, { weight: 100n })] }, at(0))

    expect(commands.filter((command) => command.do === 'offer')).toMatchObject([{ worker: addressOf(9) }])
  })

  test('who disagrees makes more votes necessary, and they are asked for at once', () => {
    const votes = [voteOf(0), voteOf(1, { hash: OTHER })]
    const task = taskOf(0, { deal: dealOf({ trust: 3n }), status: 'active', votes })

    const { commands } = decideOn({ tasks: [task], workers: some(6) }, at(0))

    // 2 votes for each: one group needs (3 - 1) * (1 + 2) + 1 = 7 and has 2, so two more of weight 2.
    expect(commands.filter((command) => command.do === 'offer')).toHaveLength(2)
  })

  test('a vote that was rejected counts for nobody, and its worker is not asked again', () => {
    const votes = [voteOf(0, { status: 'rejected' })]
    const task = taskOf(0, { deal: dealOf({ trust: 2n }), status: 'active', votes })

    const { commands } = decideOn({ tasks: [task], workers: some(2) }, at(0))

    expect(commands).toMatchObject([{ do: 'offer', worker: addressOf(1), path: 'commit' }])
  })

  test('when the votes that were noted add up to a consensus that the chain does not see, one more is asked', () => {
    const task = taskOf(0, { deal: dealOf({ trust: 2n }), status: 'active', votes: [voteOf(0)] })

    const { commands } = decideOn({ tasks: [task], workers: some(3) }, at(0))

    expect(commands.filter((command) => command.do === 'offer')).toHaveLength(1)
  })

  test('nobody begins what the whole pool could not finish', () => {
    const task = taskOf(0, { deal: dealOf({ trust: 8n }) })

    const few = decideOn({ tasks: [task], workers: some(2) }, at(0))
    const busy = decideOn({ tasks: [task], workers: [...some(2), workerOf(2, { free: 0 })] }, at(0))

    expect(few).toMatchObject({ commands: [], waiting: [task.id] })
    expect(kinds(busy.commands)).toEqual(['initialize', 'offer', 'offer'])
    expect(busy.waiting).toEqual([task.id])
  })
})

describe('by which path the votes come', () => {
  test('trust 1 is one transaction of the worker, and the scheduler begins nothing', () => {
    const { commands } = decideOn({ tasks: [taskOf(0)], workers: some(3) }, at(0))

    expect(commands).toMatchObject([{ do: 'offer', path: 'finalize' }])
  })

  test('trust 2 is by commit and reveal, and is begun while the worker computes', () => {
    const task = taskOf(0, { deal: dealOf({ trust: 2n }) })

    const { commands } = decideOn({ tasks: [task], workers: some(3) }, at(0))

    expect(commands).toMatchObject([{ do: 'initialize' }, { do: 'offer', path: 'commit' }])
  })

  test('trust 1 with a vote that was rejected is by commit and reveal: the hub takes the other way only from the first', () => {
    const task = taskOf(0, { status: 'active', votes: [voteOf(0, { status: 'rejected' })] })

    const { commands } = decideOn({ tasks: [task], workers: some(3) }, at(0))

    expect(commands).toMatchObject([{ do: 'offer', path: 'commit' }])
  })
})

describe('who is asked', () => {
  test('only who has the engine, the processors, the memory, the GPU and the network that the deal asks for', () => {
    const plain = workerOf(0)
    const profile = { ...plain.profile, cpus: 4, memoryBytes: 1_000 }
    const worker = { ...plain, profile }
    const wasm = { ...worker, profile: { ...profile, engines: ['WASM'] as const } }

    expect(countAsked(wasm, { engine: 'WASM' })).toBe(1)
    expect(countAsked(wasm, { engine: 'DOCKER' })).toBe(0)
    expect(countAsked(worker, { cpus: 4, memoryBytes: 1_000 })).toBe(1)
    expect(countAsked(worker, { cpus: 5 })).toBe(0)
    expect(countAsked(worker, { memoryBytes: 1_001 })).toBe(0)
    expect(countAsked(worker, { gpu: true })).toBe(0)
    expect(countAsked({ ...worker, profile: { ...profile, gpu: true } }, { gpu: true })).toBe(1)
    expect(countAsked(worker, { network: true })).toBe(0)
    expect(countAsked({ ...worker, profile: { ...profile, network: true } }, { network: true })).toBe(1)
  })

  test('who has the app at hand comes first, and who failed lately comes last', () => {
    const { profile } = workerOf(2)
    const cached = workerOf(2, { profile: { ...profile, cached: [REQUIREMENT.checksum] } })

    expect(firstAsked([workerOf(0), workerOf(1), cached])).toMatchObject({ worker: addressOf(2) })
    expect(firstAsked([workerOf(0, { blame: 1 }), workerOf(1)])).toMatchObject({ worker: addressOf(1) })
  })

  test('nobody in quarantine, and nobody who is away', () => {
    const bad = workerOf(0, { blame: QUARANTINE_BLAME })
    const away = workerOf(1, { goneAt: 0, free: 0 })

    expect(decideOn({ tasks: [taskOf(0)], workers: [bad, away] }, at(0)).commands).toEqual([])
    expect(
      decideOn({ tasks: [taskOf(0)], workers: [workerOf(0, { blame: QUARANTINE_BLAME - 0.1 })] }, at(0)).commands,
    ).toHaveLength(1)
  })

  test('nobody for a deal that this pool cannot run', () => {
    const task = taskOf(0, { deal: dealOf({ requirement: undefined }) })

    expect(decideOn({ tasks: [task], workers: some(3) }, at(0)).commands).toEqual([])
  })

  test('nobody at the second at which contributions end', () => {
    expect([countDecided(2_099), countDecided(2_100)]).toEqual([1, 0])
  })
})

describe('a substitute', () => {
  const deal = dealOf({ trust: 2n })
  const decided = (
    place: Partial<ReturnType<typeof placeOf>>,
    now: number,
    worker = workerOf(0, { free: 0 }),
  ): unknown =>
    kinds(
      decideOn(
        { tasks: [taskOf(0, { deal, status: 'active', places: [placeOf(0, place)] })], workers: [worker, workerOf(1)] },
        at(now),
      ).commands,
    )

  test('is asked when an offer is not acknowledged within seconds', () => {
    expect(decided({}, 2)).toEqual([])
    expect(decided({}, 3)).toEqual(['offer'])
    expect(decided({ heardAt: 1 }, 3)).toEqual([])
  })

  test('is asked when the connection of a worker is gone for a while', () => {
    const gone = workerOf(0, { goneAt: 100_000, free: 0 })

    expect(decided({ state: 'running', heardAt: 0 }, 104, gone)).toEqual([])
    expect(decided({ state: 'running', heardAt: 0 }, 105, gone)).toEqual(['offer'])
  })

  test('is asked when a place takes much longer than such tasks took, but never before the least patience', () => {
    expect([afterLearning(10_000, 29), afterLearning(10_000, 30)]).toEqual([[], ['offer']])
    expect([afterLearning(10, 9), afterLearning(10, 10)]).toEqual([[], ['offer']])
    expect([afterLearning(10_000_000, 299), afterLearning(10_000_000, 300)]).toEqual([[], ['offer']])
  })

  test('that has not begun is withdrawn when the one it stands in for is back', () => {
    const places = [placeOf(0, { state: 'running', heardAt: 0 }), placeOf(1, { offeredAt: 1_000, heardAt: 1_000 })]
    const task = taskOf(0, { deal, status: 'active', places })

    const { commands } = decideOn({ tasks: [task], workers: [workerOf(0), workerOf(1)] }, at(2))

    expect(commands).toMatchObject([{ do: 'withdraw', worker: addressOf(1) }])
  })

  test('that computes already is left alone: its work may be the one that counts', () => {
    const running = { state: 'running', heardAt: 0 } as const
    const task = taskOf(0, { deal, status: 'active', places: [placeOf(0, running), placeOf(1, running)] })

    expect(decideOn({ tasks: [task], workers: [workerOf(0), workerOf(1)] }, at(2)).commands).toEqual([])
  })

  test('a worker that had no room is asked again a while later, and one that cannot is not', () => {
    expect(afterRefusal('BUSY', 14)).toEqual([])
    expect(afterRefusal('BUSY', 15)).toMatchObject([{ do: 'offer', attempt: 2 }])
    expect(afterRefusal('PARAMS_WRONG', 1_000)).toEqual([])
  })
})

const askedWith = (stake: bigint | undefined, trust: bigint): readonly string[] => {
  const task = taskOf(0, { status: 'active', deal: dealOf({ trust, workerStake: 5n }) })
  return kinds(decideOn({ tasks: [task], workers: [workerOf(0, { stake })] }, at(0)).commands)
}

test('the stake that a vote locks must be free; who is not known, or locks nothing, is asked', () => {
  expect([askedWith(4n, 2n), askedWith(5n, 2n), askedWith(undefined, 2n), askedWith(0n, 1n)]).toEqual([
    [],
    ['offer'],
    ['offer'],
    ['offer'],
  ])
})

describe('the end of a task', () => {
  const proved = [voteOf(0, { status: 'proved' }), voteOf(1, { status: 'proved' })]
  const delivered = [placeOf(0, { state: 'revealed', cid: CID }), placeOf(1, { state: 'revealed', cid: CID })]

  test('is published as soon as all winners have revealed and two name the same result', () => {
    const consensus = consensusOf({ reveals: 2, revealedAt: 0 })
    const task = taskOf(0, { status: 'revealing', consensus, votes: proved, places: delivered })

    expect(decideOn({ tasks: [task] }, at(0)).commands).toMatchObject([
      { do: 'finalize', cid: CID, callbackData: '0x' },
    ])
  })

  test('waits for the last winner until the reveal deadline, and not a second longer', () => {
    const consensus = consensusOf({ reveals: 1 })
    const votes = [voteOf(0, { status: 'proved' }), voteOf(1)]
    const task = taskOf(0, { status: 'revealing', consensus, votes, places: delivered })

    expect(decideOn({ tasks: [task] }, at(699)).commands).toEqual([])
    expect(kinds(decideOn({ tasks: [task] }, at(700)).commands)).toEqual(['finalize'])
  })

  test('is believed to be where one winner says after a moment, and not before', () => {
    const consensus = consensusOf({ reveals: 2, revealedAt: 0 })
    const places = [placeOf(0, { state: 'revealed', cid: CID }), placeOf(1, { state: 'revealed' })]
    const task = taskOf(0, { status: 'revealing', consensus, votes: proved, places })

    expect(decideOn({ tasks: [task] }, at(2)).commands).toEqual([])
    expect(kinds(decideOn({ tasks: [task] }, at(3)).commands)).toEqual(['finalize'])
  })

  test('is asked for, one winner after the other, when nobody brought it', () => {
    const consensus = consensusOf({ reveals: 2, revealedAt: 0 })
    const places = [placeOf(0, { state: 'revealed' }), placeOf(1, { state: 'revealed', deliverAt: 3_000 })]
    const task = taskOf(0, { status: 'revealing', consensus, votes: proved, places })

    expect(decideOn({ tasks: [task], workers: some(2) }, at(32)).commands).toEqual([])
    expect(decideOn({ tasks: [task], workers: some(2) }, at(33)).commands).toMatchObject([
      { do: 'deliver', worker: addressOf(0) },
    ])
  })

  test('goes to a contract only with data whose hash was agreed on', () => {
    const digest = keccak256('0x1234')
    const consensus = consensusOf({ winners: 1, reveals: 1, digest, revealedAt: 0 })
    const deal = dealOf({ callback: addressOf(7) })
    const ended = (callbackData: '0x1234' | '0x1235'): unknown =>
      decideOn(
        {
          tasks: [
            taskOf(0, {
              deal,
              status: 'revealing',
              consensus,
              votes: [voteOf(0, { status: 'proved' })],
              places: [placeOf(0, { state: 'revealed', callbackData })],
            }),
          ],
        },
        at(0),
      ).commands

    expect(ended('0x1234')).toMatchObject([{ do: 'finalize', callbackData: '0x1234' }])
    expect(ended('0x1235')).toEqual([])
  })

  test('is a new vote when nobody revealed in time, while there is time for votes', () => {
    expect([afterReveals(700, 699), afterReveals(700, 700)]).toEqual([[], ['reopen']])
    expect(afterReveals(2_100, 2_100)).toEqual([])
  })

  test('is a claim at the very second of the final deadline, whatever the task waits for', () => {
    expect([afterEnd('unset', 2_999), afterEnd('unset', 3_000)]).toEqual([[], ['claim']])
    expect(afterEnd('active', 3_000)).toEqual(['claim'])
    expect(afterEnd('revealing', 3_000)).toEqual(['claim'])
  })

  test('leaves nothing to decide', () => {
    const places = [placeOf(0, { state: 'done' })]
    for (const status of ['completed', 'failed'] as const) {
      expect(decideOn({ tasks: [taskOf(0, { status, places })], workers: some(3) }, at(9_999)).commands).toEqual([])
    }
  })

  test('takes places back from whoever has not voted', () => {
    const consensus = consensusOf()
    const places = [placeOf(0, { state: 'running' }), placeOf(1, { state: 'contributed' })]
    const task = taskOf(0, { status: 'revealing', consensus, votes: [voteOf(1)], places })

    expect(decideOn({ tasks: [task] }, at(0)).commands).toMatchObject([{ do: 'withdraw', worker: addressOf(0) }])
  })
})

describe('a transaction that failed', () => {
  test('is tried again after its rest, and one on its way is not sent twice', () => {
    const deal = dealOf({ trust: 2n })
    const key = `initialize:${taskOf(0).id}`
    const decided = (state: { state: 'open' } | { state: 'failed'; retryAt: number }, now: number): unknown =>
      kinds(
        decideOn(
          {
            tasks: [taskOf(0, { deal, places: [placeOf(0, { heardAt: 0 })], sent: new Map([[key, state]]) })],
            workers: [workerOf(0, { free: 0 })],
          },
          at(now),
        ).commands,
      )

    expect(decided({ state: 'open' }, 1)).toEqual([])
    expect(decided({ state: 'failed', retryAt: 2_000 }, 1)).toEqual([])
    expect(decided({ state: 'failed', retryAt: 2_000 }, 2)).toEqual(['initialize'])
  })
})

// ——— whatever happens ———

const WEIGHTS = [2n, 3n, 5n, 10n]

/** A pool of some workers, a few tasks, and a fate for each step. */
const pools = fc.record({
  trusts: fc.array(fc.constantFrom(1n, 2n, 3n, 5n, 9n, 100n), { minLength: 1, maxLength: 4 }),
  weights: fc.array(fc.constantFrom(...WEIGHTS), { minLength: 1, maxLength: 9 }),
  fates: fc.array(fc.record({ who: fc.nat(), which: fc.nat(), what: fc.nat(11), seconds: fc.nat(60) }), {
    minLength: 5,
    maxLength: 120,
  }),
})

function worldOf(trusts: readonly bigint[], weights: readonly bigint[]): World {
  const tasks = trusts.map((trust, n) => taskOf(n, { deal: dealOf({ trust }) }))
  return openWorld(
    tasks,
    weights.map((weight, n) => workerOf(n, { weight, free: 2 })),
  )
}

type Fate = { readonly who: number; readonly which: number; readonly what: number; readonly seconds: number }

/** One thing that happens: a worker does something, a block is mined, time passes, somebody goes or comes. */
function befall(world: World, { who, which, what, seconds }: Fate): void {
  const worker = world.workers[who % world.workers.length]
  const task = world.tasks[which % world.tasks.length]
  if (worker === undefined || task === undefined) return
  const { id } = task
  const { address } = worker
  const deeds = [
    () => act(world, [id, address], { do: 'ack' }),
    () => act(world, [id, address], { do: 'report', state: 'accepted' }),
    () => act(world, [id, address], { do: 'report', state: 'running' }),
    () => act(world, [id, address], { do: 'vote', result: 'right' }),
    () => act(world, [id, address], { do: 'vote', result: `wrong ${who % 2}` }),
    () => act(world, [id, address], { do: 'reveal' }),
    () => act(world, [id, address], { do: 'end', cause: seconds % 2 === 0 ? 'BUSY' : 'PARAMS_WRONG' }),
    () => mine(world),
    () => mine(world),
    () => (world.now += seconds),
    () => (world.now += seconds * 20),
    () => {
      const goneAt = worker.goneAt === undefined ? world.now * 1_000 : undefined
      world.workers = world.workers.map((one) => (one === worker ? { ...one, goneAt } : one))
    },
  ]
  deeds[what]?.()
}

describe('whatever happens', () => {
  test('deciding again says nothing new, no key is said twice, and nobody has two places at a task', () => {
    fc.assert(
      fc.property(pools, ({ trusts, weights, fates }) => {
        const world = worldOf(trusts, weights)
        for (const fate of fates) {
          befall(world, fate)
          // Only a place that was taken back makes room for more.
          let last = turn(world)
          for (let more = 0; more < 9 && kinds(last).includes('withdraw'); more += 1) last = turn(world)

          expect(turn(world)).toEqual([])
        }
        const keys = world.said.map(({ key }) => key)
        expect(new Set(keys).size).toBe(keys.length)
        for (const { places } of world.tasks) {
          expect(new Set(places.map(({ worker }) => worker)).size).toBe(places.length)
        }
      }),
    )
  })

  test('who voted is never offered the task again, and nobody while his place is open', () => {
    fc.assert(
      fc.property(pools, ({ trusts, weights, fates }) => {
        const world = worldOf(trusts, weights)
        for (const fate of fates) {
          befall(world, fate)
          const before = world.tasks
          for (const command of turn(world)) {
            if (command.do !== 'offer') continue
            const task = before.find(({ id }) => id === command.task)
            const place = task?.places.find(({ worker }) => worker === command.worker)
            expect(task?.votes.map(({ worker }) => worker)).not.toContain(command.worker)
            expect(place === undefined || place.isWithdrawn || place.endedAt !== undefined).toBe(true)
          }
        }
      }),
    )
  })

  test('no places are given beyond what the consensus takes with these weights', () => {
    fc.assert(
      fc.property(pools, ({ trusts, weights }) => {
        const world = worldOf(trusts, weights)
        turn(world)
        for (const { places, deal } of world.tasks) {
          if (places.length === 0) continue
          const weightOf = (worker: string): bigint =>
            world.workers.find(({ address }) => address === worker)?.weight ?? 2n
          const all = places.reduce((product, { worker }) => product * weightOf(worker), 1n)
          const last = weightOf(places.at(-1)?.worker ?? '0x')
          // Without the last one it would not be enough; and never begun by one worker more than that.
          expect(places.length === 1 || all / last < weightNeeded(deal.trust)).toBe(true)
        }
      }),
    )
  })

  test('after the end of contributions nobody is asked, after the final deadline everything is claimed, once', () => {
    fc.assert(
      fc.property(pools, ({ trusts, weights, fates }) => {
        const world = worldOf(trusts, weights)
        for (const fate of fates) {
          befall(world, fate)
          const isLate = world.now >= 2_100
          const commands = turn(world)
          if (isLate) expect(kinds(commands)).not.toContain('offer')
        }
        world.now = 3_000
        turn(world)
        mine(world)
        for (const { status } of world.tasks) expect(['completed', 'failed']).toContain(status)
        expect(turn(world).filter((command) => command.do === 'claim')).toEqual([])
      }),
    )
  })

  test('with honest workers who are enough, every task ends with its result', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(1n, 2n, 3n, 5n, 9n, 100n), { minLength: 1, maxLength: 20 }),
        fc.array(fc.constantFrom(...WEIGHTS), { minLength: 7, maxLength: 9 }),
        (trusts, weights) => {
          const world = worldOf(trusts, weights)
          for (let round = 0; round < 200 && world.tasks.some(({ status }) => status !== 'completed'); round += 1) {
            turn(world)
            mine(world)
            for (const { id, places, status } of world.tasks) {
              for (const { worker, path } of places) {
                act(world, [id, worker], { do: 'ack' })
                // Alone in one transaction, which this model has as begin, vote and reveal.
                if (path === 'finalize' && status === 'unset') begin(world, id)
                act(world, [id, worker], { do: 'vote', result: 'right' })
                act(world, [id, worker], { do: 'reveal' })
              }
            }
            world.now += 1
          }
          expect(world.tasks.map(({ status }) => status)).toEqual(trusts.map(() => 'completed'))
          // Exactly as many as needed: nobody computed in vain.
          for (const { places, votes } of world.tasks) expect(places.length).toBe(votes.length)
        },
      ),
    )
  })
})

function begin(world: World, id: string): void {
  world.tasks = world.tasks.map((task) =>
    task.id === id && task.status === 'unset' ? { ...task, status: 'active' } : task,
  )
}

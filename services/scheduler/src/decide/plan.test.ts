// Who is asked to compute a task, when, and by which path, rule by rule. What holds whatever happens stands in
// decide.property.test.ts.
import { newWorkersNeeded } from '@iexec/protocol'
import { describe, expect, test } from 'vitest'
import { QUARANTINE_BLAME } from './snapshot.ts'
import {
  REQUIREMENT,
  addressOf,
  at,
  dealOf,
  kinds,
  decideOn,
  placeOf,
  some,
  taskOf,
  voteOf,
  workerOf,
} from './testWorld.ts'

const OTHER = `0x${'bb'.repeat(32)}` as const

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
    expect(countAsked({ ...worker, profile: { ...profile, engines: [] } }, { engine: undefined })).toBe(1)
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

// What is decided, rule by rule. What holds whatever happens stands in decide.property.test.ts.
import { newWorkersNeeded } from '@iexec/protocol'
import { keccak256 } from 'viem'
import { describe, expect, test } from 'vitest'
import { QUARANTINE_BLAME, type ConsensusSnapshot, type VoteSnapshot } from './snapshot.ts'
import { REQUIREMENT, addressOf, at, dealOf, kinds, CID, decideOn, placeOf, taskOf, workerOf } from './testWorld.ts'

const HASH = `0x${'aa'.repeat(32)}` as const
const OTHER = `0x${'bb'.repeat(32)}` as const

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

  test('is where most winners say; else where the heavier voice says, else who voted first', () => {
    const other = 'QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR'
    const consensus = consensusOf({ winners: 3, reveals: 3, revealedAt: 0 })
    const chosen = (cids: readonly (string | undefined)[], weights: readonly bigint[] = [2n, 2n, 2n]): unknown => {
      const votes = weights.map((weight, n) => voteOf(n, { status: 'proved', weight }))
      const places = cids.map((cid, n) => placeOf(n, { state: 'revealed', cid }))
      const ends = [places, places.toReversed()].map(
        (either) =>
          decideOn({ tasks: [taskOf(0, { status: 'revealing', consensus, votes, places: either })] }, at(3)).commands,
      )
      // Places have no order that lasts.
      expect(ends[0]).toEqual(ends[1])
      return ends[0]?.map((command) => 'cid' in command && command.cid)
    }

    expect(chosen([CID, other, other])).toEqual([other])
    expect(chosen([CID, other, other], [100n, 2n, 2n])).toEqual([other])
    expect(chosen([CID, other, undefined])).toEqual([CID])
    expect(chosen([other, CID, undefined])).toEqual([other])
    expect(chosen([CID, other, undefined], [2n, 3n, 2n])).toEqual([other])
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

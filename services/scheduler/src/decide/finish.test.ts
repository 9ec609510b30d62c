// How a task is brought to its end, rule by rule. What holds whatever happens stands in decide.property.test.ts.
import { keccak256 } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  CID,
  addressOf,
  at,
  consensusOf,
  dealOf,
  decideOn,
  kinds,
  placeOf,
  some,
  taskOf,
  voteOf,
  workerOf,
} from './testWorld.ts'

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

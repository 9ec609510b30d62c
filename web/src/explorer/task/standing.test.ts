import { failureDigest } from '@iexec/protocol'
import { describe, expect, test } from 'vitest'
import { sayCountdown, standingOf, voteStandingOf, type Facts } from './standing.ts'

const [RIGHT, WRONG] = ['0xaa', '0xbb'] as const
const facts: Facts = {
  task: undefined,
  votes: [],
  trust: 5,
  contributionDeadline: 700,
  finalDeadline: 1_000,
  now: 100,
}
const task = { status: 'active', revealDeadline: null, resultDigest: null, consensus: null } as const
const revealing = { ...task, status: 'revealing', revealDeadline: 300, consensus: RIGHT } as const
const vote = { status: 'contributed', resultHash: RIGHT } as const

describe('a task that goes on', () => {
  test.each([
    ['nobody began', facts, 'unset', 'unset'],
    ['nobody began, too late for votes', { ...facts, now: 700 }, 'unset', 'unsetLate'],
    ['nobody voted on', { ...facts, task }, 'active', 'noVotes'],
    ['nobody voted on in time', { ...facts, task, now: 999 }, 'active', 'noVotesLate'],
    ['votes without agreement', { ...facts, task, votes: [vote] }, 'active', 'votes'],
    ['a vote that nobody revealed', { ...facts, task: revealing, votes: [vote] }, 'revealing', 'revealing'],
    ['nobody revealed in time', { ...facts, task: revealing, votes: [vote], now: 300 }, 'revealing', 'noneRevealed'],
  ] as const)('that %s says so', (...[, given, status, sentence]) => {
    const standing = standingOf(given)

    expect(standing).toMatchObject({ status, why: { sentence }, isOpen: true })
  })

  test('that has votes says how many are of one mind, without those that were rejected', () => {
    const votes = [vote, vote, { ...vote, resultHash: WRONG }, { ...vote, status: 'rejected' as const }]

    const { why } = standingOf({ ...facts, task, votes })

    expect(why).toEqual({ sentence: 'votes', count: 4, agree: 2, trust: 5 })
  })

  test('that is being revealed counts those who agreed alone, and what comes depends on whether anybody revealed', () => {
    const votes = [{ ...vote, status: 'proved' as const }, vote, { ...vote, resultHash: WRONG }]

    const before = standingOf({ ...facts, task: revealing, votes: [vote] })
    const one = standingOf({ ...facts, task: revealing, votes })
    const late = standingOf({ ...facts, task: revealing, votes, now: 300 })
    const all = standingOf({ ...facts, task: revealing, votes: votes.slice(0, 1) })

    expect(before.ahead.map(({ effect }) => effect)).toEqual(['voteAgain', 'claim'])
    expect(one).toMatchObject({ why: { sentence: 'revealing', reveals: 1, count: 2 } })
    expect(one.ahead.map(({ effect }) => effect)).toEqual(['revealsOver', 'claim'])
    expect(late).toMatchObject({ why: { sentence: 'enoughRevealed' }, ahead: [{ at: 1_000, effect: 'claim' }] })
    expect(all.why.sentence).toBe('allRevealed')
  })
})

describe('a task that is over', () => {
  test('can be claimed from its final deadline on, not a second before', () => {
    const statuses = [999, 1_000].map((now) => standingOf({ ...facts, task, now }).status)

    expect(statuses).toEqual(['active', 'claimable'])
  })

  test('has no deadline ahead when it is completed or failed', () => {
    const ended = (['completed', 'failed'] as const).map((status) =>
      standingOf({ ...facts, task: { ...task, status } }),
    )

    expect(ended).toMatchObject([
      { status: 'completed', ahead: [], isOpen: false },
      { status: 'failed', ahead: [], isOpen: false },
    ])
  })

  test('that the workers agreed to be without a result names the cause', () => {
    const resultDigest = failureDigest('APP_TIMEOUT')

    const standing = standingOf({ ...facts, task: { ...task, status: 'completed', resultDigest } })

    expect(standing).toMatchObject({ status: 'fruitless', failure: 'APP_TIMEOUT' })
  })
})

test.each([
  ['sealed', 'contributed', RIGHT, { status: 'active', consensus: null }],
  ['sealed', 'contributed', RIGHT, { status: 'revealing', consensus: RIGHT }],
  ['outvoted', 'contributed', WRONG, { status: 'revealing', consensus: RIGHT }],
  ['notRevealed', 'contributed', RIGHT, { status: 'completed', consensus: RIGHT }],
  ['revealed', 'proved', RIGHT, { status: 'completed', consensus: RIGHT }],
  ['rejected', 'rejected', WRONG, { status: 'active', consensus: null }],
] as const)('a vote is %s when it is %s for %s in %o', (...[standing, status, resultHash, of]) => {
  expect(voteStandingOf({ status, resultHash }, of)).toBe(standing)
})

test.each([
  [-3, '0:00'],
  [59.9, '0:59'],
  [3_725, '1:02:05'],
  [90_000, '1 day 1 hour'],
])('a countdown of %d seconds reads %s', (seconds, said) => {
  expect(sayCountdown(seconds, 'en')).toBe(said)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NO_VOTES, contributeVote, groupWeight, hasConsensus, withdrawGroup } from './votes.ts'
import type { ScoredVote, Votes } from './votes.ts'
import { workerWeight } from './weight.ts'

const RIGHT = '0xaa'
const WRONG = '0xbb'
const HASHES = [RIGHT, WRONG, '0xcc'] as const

const vote = fc.record({ resultHash: fc.constantFrom(...HASHES), score: fc.bigInt(0n, 1000n) })

function fold(votes: readonly ScoredVote[]): Votes {
  return votes.reduce((state, one) => contributeVote(state, one).votes, NO_VOTES)
}

describe('contributeVote', () => {
  test('one new worker: group 2, total 3', () => {
    const outcome = contributeVote(NO_VOTES, { resultHash: RIGHT, score: 0n })

    expect(outcome).toMatchObject({ group: 2n, logWeight: 1n, votes: { total: 3n } })
  })

  test('two new workers who agree: group 4, total 5', () => {
    const votes = fold([
      { resultHash: RIGHT, score: 0n },
      { resultHash: RIGHT, score: 0n },
    ])

    expect(groupWeight(votes, RIGHT)).toBe(4n)
    expect(votes.total).toBe(5n)
  })

  test('upper and lower case of a hash are one result', () => {
    const votes = fold([
      { resultHash: '0xAb', score: 0n },
      { resultHash: '0xaB', score: 0n },
    ])

    expect(votes.groups.size).toBe(1)
  })

  test('the weight of a group is the product of its members, in whatever order they voted', () => {
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 20 }), (votes) => {
        const forwards = fold(votes)
        const backwards = fold(votes.toReversed())

        for (const hash of HASHES) {
          const members = votes.filter((one) => one.resultHash === hash)
          const product = members.length === 0 ? 0n : members.reduce((all, one) => all * workerWeight(one.score), 1n)
          expect(groupWeight(forwards, hash)).toBe(product)
          expect(groupWeight(backwards, hash)).toBe(product)
        }
      }),
    )
  })

  test('total is always 1 plus the sum of all groups, also after a result was withdrawn', () => {
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 20 }), fc.array(vote, { maxLength: 20 }), (before, after) => {
        const reopened = withdrawGroup(fold(before), WRONG)
        const votes = after.reduce((state, one) => contributeVote(state, one).votes, reopened)

        const sum = [...votes.groups.values()].reduce((all, group) => all + group, 1n)
        expect(votes.total).toBe(sum)
      }),
    )
  })

  test('a withdrawn result starts again at the weight of its next voter', () => {
    const votes = withdrawGroup(fold([{ resultHash: WRONG, score: 30n }]), WRONG)

    const outcome = contributeVote(votes, { resultHash: WRONG, score: 0n })

    expect(votes.total).toBe(1n)
    expect(outcome).toMatchObject({ group: 2n, votes: { total: 3n } })
  })
})

describe('hasConsensus', () => {
  test.each([
    [2n, 3n, 2n],
    [4n, 5n, 4n],
  ])('group %d of total %d passes up to trust %d, and not one more', (group, total, trust) => {
    expect(hasConsensus(group, total, trust)).toBe(true)
    expect(hasConsensus(group, total, trust + 1n)).toBe(false)
  })

  test('trust 0 and trust 1 are reached by any vote, even against a heavier group', () => {
    expect(hasConsensus(2n, 1003n, 0n)).toBe(true)
    expect(hasConsensus(2n, 1003n, 1n)).toBe(true)
  })

  test('from trust 2 on at most one result can have a consensus', () => {
    fc.assert(
      fc.property(fc.array(vote, { minLength: 1, maxLength: 20 }), fc.bigInt(2n, 100n), (votes, trust) => {
        const state = fold(votes)

        const winners = HASHES.filter((hash) => hasConsensus(groupWeight(state, hash), state.total, trust))

        expect(winners.length).toBeLessThanOrEqual(1)
      }),
    )
  })
})

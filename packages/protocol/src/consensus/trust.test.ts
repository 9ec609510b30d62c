import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  highestTrust,
  newWorkersNeeded,
  weightNeeded,
  workersNeeded,
  wrongConsensusLikelihood,
  wrongVoteLikelihood,
} from './trust.ts'
import { NO_VOTES, contributeVote, groupWeight, hasConsensus } from './votes.ts'
import { workerWeight } from './weight.ts'

const trusts = fc.bigInt(0n, 2n ** 64n - 1n)
const scores = fc.array(fc.bigInt(0n, 1000n), { minLength: 1, maxLength: 80 })

describe('newWorkersNeeded', () => {
  test.each([
    [0n, 1],
    [1n, 1],
    [2n, 1],
    [3n, 2],
    [4n, 2],
    [5n, 3],
    [8n, 3],
    [9n, 4],
    [16n, 4],
    [100n, 7],
  ])('trust %d takes %d workers', (trust, workers) => {
    expect(newWorkersNeeded(trust)).toBe(workers)
  })

  test('is what workersNeeded says of workers with score 0', () => {
    fc.assert(
      fc.property(trusts, (trust) => {
        expect(workersNeeded(trust, Array<bigint>(64).fill(0n))).toBe(newWorkersNeeded(trust))
      }),
    )
  })
})

describe('workersNeeded', () => {
  test('an experienced worker replaces several new ones', () => {
    expect(workersNeeded(100n, [303n])).toBe(1)
    expect(workersNeeded(100n, [300n, 0n])).toBe(2)
  })

  test('says nothing when all of them are not enough', () => {
    expect(workersNeeded(100n, [0n, 0n])).toBeUndefined()
    expect(workersNeeded(1n, [])).toBeUndefined()
  })

  test('agrees with voting: that many make a consensus, one fewer does not', () => {
    fc.assert(
      fc.property(trusts, scores, fc.array(fc.bigInt(0n, 100n), { maxLength: 3 }), (trust, available, dissenters) => {
        const against = dissenters.reduce(
          (votes, score) => contributeVote(votes, { resultHash: '0xbb', score }).votes,
          NO_VOTES,
        )
        const needed = workersNeeded(trust, available, against.total - 1n)

        const reached = available.map((_, index) => {
          const votes = available
            .slice(0, index + 1)
            .reduce((all, score) => contributeVote(all, { resultHash: '0xaa', score }).votes, against)
          return hasConsensus(groupWeight(votes, '0xaa'), votes.total, trust)
        })

        expect(needed).toBe(reached.includes(true) ? reached.indexOf(true) + 1 : undefined)
      }),
    )
  })
})

describe('weightNeeded', () => {
  test('is the least weight that passes', () => {
    fc.assert(
      fc.property(trusts, fc.bigInt(0n, 10n ** 12n), (trust, others) => {
        const needed = weightNeeded(trust, others)

        expect(hasConsensus(needed, 1n + others + needed, trust)).toBe(true)
        if (needed > 1n) expect(hasConsensus(needed - 1n, others + needed, trust)).toBe(false)
      }),
    )
  })
})

describe('highestTrust', () => {
  test('is reached, and one more is not', () => {
    fc.assert(
      fc.property(fc.bigInt(2n, 10n ** 12n), fc.bigInt(0n, 10n ** 12n), (group, others) => {
        const total = 1n + group + others
        const trust = highestTrust(group, total)

        expect(hasConsensus(group, total, trust)).toBe(true)
        expect(hasConsensus(group, total, trust + 1n)).toBe(false)
      }),
    )
  })
})

describe('wrongConsensusLikelihood', () => {
  test('is below 1 / trust exactly when there is a consensus', () => {
    fc.assert(
      // Small enough that a double tells both sides apart.
      fc.property(fc.bigInt(2n, 10_000n), fc.bigInt(0n, 10_000n), fc.bigInt(1n, 1000n), (group, others, trust) => {
        const total = 1n + group + others
        fc.pre((total - group) * trust !== total)

        expect(wrongConsensusLikelihood(group, total) < 1 / Number(trust)).toBe(hasConsensus(group, total, trust))
      }),
    )
  })

  // The claim itself, without Sarmenta's formula: enumerate every world, in which each worker is right or wrong on his
  // own, and keep those that fit the votes: right workers agree with each other, and no wrong one agrees with them.
  test('is the share of the worlds that fit the votes in which the result is wrong', () => {
    const voters = fc.array(fc.record({ group: fc.constantFrom(0, 1, 2), score: fc.bigInt(0n, 60n) }), {
      minLength: 1,
      maxLength: 7,
    })

    fc.assert(
      fc.property(voters, (workers) => {
        const votes = workers.reduce(
          (state, { group, score }) => contributeVote(state, { resultHash: `0x${group}`, score }).votes,
          NO_VOTES,
        )

        let allWorlds = 0n
        const worldsWhereRight = [0n, 0n, 0n]
        for (let world = 0; world < 2 ** workers.length; world++) {
          const isRight = workers.map((_, index) => ((world >> index) & 1) === 1)
          const rightGroups = new Set(workers.filter((_, index) => isRight[index]).map(({ group }) => group))
          const wrongGroups = new Set(workers.filter((_, index) => !isRight[index]).map(({ group }) => group))
          if (rightGroups.size > 1 || [...rightGroups].some((group) => wrongGroups.has(group))) continue

          // Probability of the world times the product of all (w + 1), which is common to all of them: w when right, 1 when wrong.
          const chance = workers.reduce(
            (all, { score }, index) => all * (isRight[index] ? workerWeight(score) : 1n),
            1n,
          )
          allWorlds += chance
          for (const group of rightGroups) worldsWhereRight[group] = (worldsWhereRight[group] ?? 0n) + chance
        }

        for (const group of [0, 1, 2]) {
          expect(allWorlds).toBe(votes.total)
          expect(worldsWhereRight[group]).toBe(groupWeight(votes, `0x${group}`))
        }
      }),
    )
  })

  test('stays a number for groups of hundreds of bits', () => {
    expect(wrongConsensusLikelihood(2n ** 1200n, 2n ** 1200n + 2n ** 1199n)).toBeCloseTo(1 / 3)
  })
})

describe('wrongVoteLikelihood', () => {
  test('a stranger is believed two times in three; three hundred accurate results make it 99 in 100', () => {
    expect(wrongVoteLikelihood(0n)).toBeCloseTo(1 / 3)
    expect(wrongVoteLikelihood(300n)).toBeCloseTo(0.01)
  })
})

import fc from 'fast-check'
import { hexToBigInt, keccak256, slice, stringToHex } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { KITTY_ADDRESS } from './constants.ts'
import { contributeAndFinalizeSplit, distributeRewards, kittyShare } from './reward.ts'

const terms = fc.record({
  workerpoolPrice: fc.bigInt(0n, 2n ** 96n - 1n),
  workerStake: fc.bigInt(0n, 2n ** 96n - 1n),
  schedulerRewardRatio: fc.bigInt(0n, 100n),
})
const shares = fc.array(fc.record({ isProved: fc.boolean(), weight: fc.bigInt(1n, 60n) }), {
  minLength: 1,
  maxLength: 20,
})

describe('distributeRewards', () => {
  test('three equal workers share evenly, and the dust is the pool owner’s', () => {
    const rewards = distributeRewards({ workerpoolPrice: 100n, workerStake: 30n, schedulerRewardRatio: 1n }, [
      { isProved: true, weight: 1n },
      { isProved: true, weight: 1n },
      { isProved: true, weight: 1n },
    ])

    expect(rewards.workers.map((worker) => worker.rewardRoundedDown)).toEqual([33n, 33n, 33n])
    expect(rewards.poolOwner).toBe(1n)
  })

  test('a loser’s stake joins the pot', () => {
    const rewards = distributeRewards({ workerpoolPrice: 100n, workerStake: 30n, schedulerRewardRatio: 1n }, [
      { isProved: true, weight: 1n },
      { isProved: false, weight: 1n },
    ])

    expect(rewards.workers).toEqual([
      { unlocked: 30n, seized: 0n, rewardRoundedDown: 128n },
      { unlocked: 0n, seized: 30n, rewardRoundedDown: 0n },
    ])
    expect(rewards.poolOwner).toBe(2n)
  })

  test('rewards are the price and the seized stakes, to the last nRLC', () => {
    fc.assert(
      fc.property(terms, shares, (deal, contributions) => {
        const { workers, poolOwner } = distributeRewards(deal, contributions)

        const rewarded = workers.reduce((sum, worker) => sum + worker.rewardRoundedDown, poolOwner)
        const seized = workers.reduce((sum, worker) => sum + worker.seized, 0n)
        expect(rewarded).toBe(deal.workerpoolPrice + seized)
      }),
    )
  })

  test('every stake is either unlocked or seized, and only the proved are paid', () => {
    fc.assert(
      fc.property(terms, shares, (deal, contributions) => {
        const { workers } = distributeRewards(deal, contributions)

        for (const [index, worker] of workers.entries()) {
          const isProved = contributions[index]?.isProved === true
          expect(worker.unlocked + worker.seized).toBe(deal.workerStake)
          expect(isProved ? worker.seized : worker.unlocked + worker.rewardRoundedDown).toBe(0n)
        }
      }),
    )
  })

  test('the pool owner gets his percentage, and at most one nRLC for each worker and one for the ratio above it', () => {
    fc.assert(
      fc.property(terms, shares, (deal, contributions) => {
        fc.pre(contributions.some(({ isProved }) => isProved))
        const { poolOwner, workers } = distributeRewards(deal, contributions)

        const pot = workers.reduce((sum, worker) => sum + worker.seized, deal.workerpoolPrice)
        const percentage = (pot * deal.schedulerRewardRatio) / 100n
        expect(poolOwner).toBeGreaterThanOrEqual(percentage)
        expect(poolOwner).toBeLessThanOrEqual(percentage + BigInt(contributions.length) + 1n)
      }),
    )
  })

  test('more weight never earns less', () => {
    fc.assert(
      fc.property(terms, shares, (deal, contributions) => {
        const { workers } = distributeRewards(deal, contributions)
        const winners = contributions
          .map(({ isProved, weight }, index) => ({ isProved, weight, reward: workers[index]?.rewardRoundedDown ?? 0n }))
          .filter(({ isProved }) => isProved)
          .toSorted((one, other) => Number(one.weight - other.weight))

        expect(winners.every(({ reward }, index) => index === 0 || reward >= (winners[index - 1]?.reward ?? 0n))).toBe(
          true,
        )
      }),
    )
  })
})

describe('contributeAndFinalizeSplit', () => {
  test('the worker’s part is rounded down', () => {
    expect(contributeAndFinalizeSplit(99n, 1n)).toEqual({ worker: 98n, poolOwner: 1n })
  })

  test('both parts are the price, and the worker gets what a lone voter would get', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 2n ** 96n - 1n),
        fc.bigInt(0n, 100n),
        fc.bigInt(1n, 60n),
        (workerpoolPrice, schedulerRewardRatio, weight) => {
          const split = contributeAndFinalizeSplit(workerpoolPrice, schedulerRewardRatio)
          const voted = distributeRewards({ workerpoolPrice, workerStake: 0n, schedulerRewardRatio }, [
            { isProved: true, weight },
          ])

          expect(split.worker + split.poolOwner).toBe(workerpoolPrice)
          expect(split.worker).toBe(voted.workers[0]?.rewardRoundedDown)
        },
      ),
    )
  })
})

describe('the kitty', () => {
  test.each([
    [0n, 0n],
    [1n, 1n],
    [1_000_000_000n, 1_000_000_000n],
    [1_000_000_001n, 1_000_000_000n],
    [10_000_000_000n, 1_000_000_000n],
    [10_000_000_009n, 1_000_000_000n],
    [10_000_000_010n, 1_000_000_001n],
    [50_000_000_000n, 5_000_000_000n],
  ])('of %d it pays %d', (kitty, share) => {
    expect(kittyShare(kitty)).toBe(share)
  })

  test('never pays more than it holds, and pays something while it holds something', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 96n - 1n), (kitty) => {
        const share = kittyShare(kitty)

        expect(share).toBeLessThanOrEqual(kitty)
        expect(share > 0n).toBe(kitty > 0n)
      }),
    )
  })

  test('its address is the high 20 bytes of keccak256("iExecKitty"), minus 1', () => {
    const high = hexToBigInt(slice(keccak256(stringToHex('iExecKitty')), 0, 20))

    expect(BigInt(KITTY_ADDRESS)).toBe(high - 1n)
  })
})

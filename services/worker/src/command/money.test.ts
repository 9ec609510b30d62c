// What a wallet lacks, in words.
import { expect, test } from 'vitest'
import { sayMissing, type Money } from './money.ts'

const RLC = 1_000_000_000n
const money: Money = { free: RLC, locked: 0n, coins: 9n, coinsPerPlace: 9n, stakePerVote: RLC }

test.each([
  [1, 0n, 'A vote locks up to 1 RLC; the wallet has 0 RLC on the market. iexec account deposit 1 RLC brings'],
  [2, RLC, 'A vote locks up to 1 RLC, and 2 tasks at a time 2 RLC; the wallet has 1 RLC on the market. iexec'],
])('whoever takes %i at a time is told what stake all of them lock', (places, free, says) => {
  const missing = sayMissing({ ...money, free }, places)

  expect(missing).toEqual([{ kind: 'stake', sentence: expect.stringContaining(says) as string }])
})

test('a wallet whose stake is enough for all tasks at a time lacks nothing', () => {
  expect(sayMissing(money, 1)).toEqual([])
  expect(sayMissing({ ...money, locked: RLC }, 2)).toEqual([])
})

import { expect, test } from 'vitest'
import { sumRewards, type RewardRow } from './earnings.ts'

function reward(value: string, timestamp: number, app: `0x${string}`): RewardRow {
  const pool = { id: '0x99', name: 'pool' } as const
  return {
    value,
    timestamp: String(timestamp),
    task: { deal: { app: { id: app, name: `app ${app}` }, workerpool: pool } },
  }
}

test('rewards are summed up by app, workerpool and day', () => {
  const rewards = [reward('0.000000003', 86_400, '0x01'), reward('0.000000002', 86_399, '0x01'), reward('1', 5, '0x02')]

  const { byApp, byPool, byDay } = sumRewards(rewards, false)

  expect(byApp).toEqual([
    { key: '0x02', name: 'app 0x02', rewards: 1, nRLC: 1_000_000_000n },
    { key: '0x01', name: 'app 0x01', rewards: 2, nRLC: 5n },
  ])
  expect(byPool).toEqual([{ key: '0x99', name: 'pool', rewards: 3, nRLC: 1_000_000_005n }])
  expect(byDay.map(({ key, nRLC }) => [key, nRLC])).toEqual([
    ['1970-01-02', 3n],
    ['1970-01-01', 1_000_000_002n],
  ])
})

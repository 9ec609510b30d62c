import { describe, expect, test } from 'vitest'
import { lockOfContribution, lockOfDeal, type LockingDeal } from './locks.ts'

const deal: LockingDeal = {
  id: '0x01',
  appPrice: '0.02',
  datasetPrice: '0.000000001',
  workerpoolPrice: '0.000000099',
  botSize: '5',
  completedTasksCount: '2',
  claimedTasksCount: '1',
  startTime: '1000',
  category: { workClockTimeRef: '300' },
}

describe('what a deal binds', () => {
  test('is the price of its open tasks, of who pays', () => {
    expect(lockOfDeal(deal, 'requester')).toEqual({
      role: 'requester',
      id: '0x01',
      nRLC: 2n * 20_000_100n,
      openTasks: 2,
      until: 4_000,
    })
  })

  test('is a stake of 30 % for each open task, rounded down, of the owner of the workerpool', () => {
    expect(lockOfDeal(deal, 'scheduler')).toMatchObject({ role: 'scheduler', nRLC: 58n, openTasks: 2 })
  })

  test('is nothing when all its tasks have ended, or when it costs nothing', () => {
    expect(lockOfDeal({ ...deal, claimedTasksCount: '3' }, 'requester')).toBeUndefined()
    expect(lockOfDeal({ ...deal, workerpoolPrice: '0' }, 'scheduler')).toBeUndefined()
  })
})

test('a contribution binds the stake of its worker until its task ends', () => {
  const task = { id: '0x02', finalDeadline: '4000', deal: { workerStake: '29' } } as const

  expect(lockOfContribution({ task })).toEqual({ role: 'worker', id: '0x02', nRLC: 29n, openTasks: 1, until: 4_000 })
  expect(lockOfContribution({ task: { ...task, deal: { workerStake: '0' } } })).toBeUndefined()
})

import { expect, test } from 'vitest'
import { moneyOf, timelineOf, type TimelineAnswer } from './timeline.ts'

const [TASK, OTHER] = ['0xaa', '0xbb'] as const
const [ALICE, BOB, OWNER] = ['0x01', '0x02', '0x03'] as const
type Transaction = NonNullable<TimelineAnswer['task']>['events'][number]['transaction']

function transaction(block: number, events: Partial<Transaction>): Transaction {
  const shared = { timestamp: `${block * 10}`, blockNumber: `${block}`, gasUsed: '50000', gasPrice: '7' } as const
  return {
    id: `0x${block}`,
    ...shared,
    from: { id: OWNER },
    workerpoolEvents: [],
    taskEvents: [],
    accountEvents: [],
    ...events,
  }
}

test('what happened stands in the order of the chain, also when the market tells it in another, and twice', () => {
  const begin = transaction(9, { taskEvents: [{ event: 'TaskInitialize', id: '9-3', task: { id: TASK } }] })
  const end = transaction(10, {
    accountEvents: [{ event: 'Unlock', id: '10-2', account: { id: ALICE }, value: '0.003' }],
    taskEvents: [{ event: 'TaskClaimed', id: '10-11', task: { id: TASK } }],
  })
  const events = [end, begin, end].map((one) => ({ id: one.id, transaction: one }))

  const timeline = timelineOf({ task: { events } }, TASK)

  expect(timeline.map(({ event }) => event)).toEqual(['TaskInitialize', 'Unlock', 'TaskClaimed'])
  expect(timeline[1]).toMatchObject({ account: ALICE, nRLC: 3_000_000n, at: 100, gas: undefined })
  expect(timeline[2]).toMatchObject({ gas: { used: 50_000, weiPerUnit: 7n }, sender: OWNER })
})

test('of a transaction on many tasks only its own part is told, and a deal made in it keeps its locks', () => {
  const many = transaction(5, {
    workerpoolEvents: [{ id: '5-1' }],
    accountEvents: [
      { event: 'Lock', id: '5-0', account: { id: OWNER }, value: '9' },
      { event: 'Lock', id: '5-2', account: { id: ALICE }, value: '1' },
      { event: 'Lock', id: '5-4', account: { id: BOB }, value: '2' },
      { event: 'Reward', id: '5-6', account: { id: OWNER }, value: '3', task: { id: OTHER } },
    ],
    taskEvents: [
      { event: 'TaskContribute', id: '5-3', task: { id: OTHER }, worker: { id: ALICE }, hash: '0x11' },
      { event: 'TaskContribute', id: '5-5', task: { id: TASK }, worker: { id: BOB }, hash: '0x22' },
    ],
  })

  const timeline = timelineOf({ task: { events: [{ id: '5-5', transaction: many }] } }, TASK)

  expect(timeline.map(({ event, account, hash }) => [event, account, hash])).toEqual([
    ['Lock', BOB, undefined],
    ['TaskContribute', BOB, '0x22'],
  ])
})

test('a worker has what he was rewarded, what was seized of him, and what is still locked', () => {
  const vote = transaction(1, {
    accountEvents: [
      { event: 'Lock', id: '1-0', account: { id: ALICE }, value: '5' },
      { event: 'Lock', id: '1-1', account: { id: BOB }, value: '5' },
    ],
    taskEvents: [{ event: 'TaskContribute', id: '1-2', task: { id: TASK } }],
  })
  const end = transaction(2, {
    accountEvents: [
      { event: 'Seize', id: '2-0', account: { id: BOB }, value: '5', task: { id: TASK } },
      { event: 'Reward', id: '2-1', account: { id: ALICE }, value: '0.000000007', task: { id: TASK } },
      { event: 'AccurateContribution', id: '2-2', account: { id: ALICE }, score: '4' },
    ],
    taskEvents: [{ event: 'TaskFinalize', id: '2-3', task: { id: TASK } }],
  })

  const money = moneyOf(
    timelineOf({ task: { events: [vote, end].map((one) => ({ id: '', transaction: one })) } }, TASK),
  )

  expect(money.get(ALICE)).toEqual({ locked: 5_000_000_000n, reward: 7n, lost: 0n, score: 4 })
  expect(money.get(BOB)).toEqual({ locked: 0n, reward: 0n, lost: 5_000_000_000n, score: undefined })
})

test('a task that the market does not know has no timeline', () => {
  expect(timelineOf({ task: null }, TASK)).toEqual([])
})

// Steps of runs.
import type { RunState } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { stepOf, whyOf } from './progress.ts'

const task = (statusName: RunState['tasks'][number]['statusName']): RunState['tasks'][number] => ({
  id: `0x${'0'.repeat(64)}` as RunState['tasks'][number]['id'],
  index: 0n,
  statusName,
  end: undefined,
  failure: undefined,
})

test.each([
  ['UNSET', 'running', 'bought'],
  ['ACTIVE', 'running', 'computing'],
  ['REVEALING', 'running', 'revealing'],
  ['COMPLETED', 'completed', 'ended'],
  ['FAILED', 'ended', 'ended'],
  ['TIMEOUT', 'ended', 'ended'],
] as const)('a run whose task is %s and that is %s is at the step %s', (name, status, step) => {
  expect(stepOf({ status, tasks: [task(name)] })).toBe(step)
})

const shown = (record: object, rest: object = {}): RunState['task'] =>
  ({ record, contributions: [], isTimedOut: false, failure: undefined, deal: { trust: 5n }, ...rest }) as never

test.each([
  ['nobody began', shown({ status: 'unset' }), { sentence: 'unset' }],
  ['nobody voted on', shown({ status: 'active' }), { sentence: 'noVotes' }],
  [
    'has votes',
    shown(
      { status: 'active' },
      {
        contributions: [
          { resultHash: '0xaa', status: 'contributed' },
          { resultHash: '0xaa', status: 'contributed' },
          { resultHash: '0xbb', status: 'rejected' },
        ],
      },
    ),
    { sentence: 'votes', count: 3, agree: 2, trust: '5' },
  ],
  [
    'is agreed on',
    shown({ status: 'revealing', consensus: { winners: 3, reveals: 1 } }),
    { sentence: 'revealing', count: 3, reveals: 1 },
  ],
  ['has a result', shown({ status: 'completed' }), { sentence: 'completed' }],
  ['failed on every worker', shown({ status: 'completed' }, { failure: 'APP_EXITED' }), { sentence: 'fruitless' }],
  ['was claimed', shown({ status: 'failed' }), { sentence: 'failed' }],
  ['nobody finished in time', shown({ status: 'active' }, { isTimedOut: true }), { sentence: 'claimable' }],
  ['is of many', undefined, { sentence: 'many', count: 4, done: 1 }],
] as const)('of a task that %s, the run says so', (_, only, why) => {
  expect(whyOf({ task: only, total: 4, completed: 1 })).toEqual(why)
})

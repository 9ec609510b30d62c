// Steps of runs.
import type { RunState } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { stepOf } from './progress.ts'

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

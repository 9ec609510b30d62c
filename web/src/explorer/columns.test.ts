// What the lists of the explorer tell of tasks.
import type { TaskItem } from '@iexec/wire'
import { expect, test } from 'vitest'
import { taskColumns } from './columns.tsx'

const status = taskColumns(((key: string) => key) as never).find(({ key }) => key === 'status')

/** What a list says of a completed task. */
function saidOf(failure: Partial<Pick<TaskItem, 'failure'>>): unknown {
  return status?.value?.({ status: 'completed', ...failure } as TaskItem)
}

test('a task is fruitless when its workers agreed on a failure, also where the market is one that tells none', () => {
  expect(saidOf({ failure: 'APP_EXITED' })).toBe('fruitless')
  expect(saidOf({ failure: null })).toBe('completed')
  expect(saidOf({})).toBe('completed')
})

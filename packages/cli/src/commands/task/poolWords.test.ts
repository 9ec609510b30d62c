import type { Replicate, ShownTask } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { reasonText, troubleOf, workersText } from './poolWords.ts'

function replicate(status: string, more: Partial<Replicate> = {}): Replicate {
  return { worker: `0x${'1'.repeat(40)}`, status, history: [], ...more }
}

test('workers are counted by what they do, also in states that only other pools have', () => {
  const replicates = ['COMPUTING', 'APP_DOWNLOADING', 'COMPUTING', 'RECOVERING'].map((status) => replicate(status))

  expect(workersText({ replicates })).toBe('1 fetching the app, 2 computing, 1 recovering')
  expect(workersText({ replicates: [] })).toBeUndefined()
})

test('what workers say of their failing is said once: by their words, else the exit code, else the cause', () => {
  const exited = replicate('COMPLETED', { exitCode: 3, message: 'The app exited with 3.' })
  const silent = replicate('COMPUTE_FAILED', { exitCode: 3 })
  const refused = replicate('START_FAILED', { history: [{ status: 'START_FAILED', date: '', cause: 'STAKE_TOO_LOW' }] })

  expect(troubleOf([exited, exited, silent, replicate('COMPLETED', { exitCode: 0 }), refused])).toEqual([
    'The app exited with 3.',
    'STAKE_TOO_LOW.',
  ])
})

const NOT_BEGUN = 'The workerpool has not begun it yet.'
const BEGUN = 'Workers are at it; the chain hears of it with their first vote.'

test.each([
  [['COMPUTING'], 99n, BEGUN],
  [['ABORTED', 'APP_DOWNLOADING'], 99n, BEGUN],
  [['CREATED', 'START_FAILED'], 99n, NOT_BEGUN],
  [[], 99n, NOT_BEGUN],
  [undefined, 99n, NOT_BEGUN],
  // It is too late for votes, whatever they do.
  [['COMPUTING'], 100n, NOT_BEGUN],
])('of a task that is not on the chain, with workers that are %j at %s, is said: %s', (states, now, says) => {
  const deal = { contributionDeadline: 100n } as ShownTask['deal']
  const task = { status: 'unset', end: undefined, reason: NOT_BEGUN, deal } as const
  const pool = states && { replicates: states.map((status) => replicate(status)) }

  expect(reasonText(task, now, pool)).toBe(says)
  expect(reasonText({ ...task, status: 'active', reason: 'No worker has contributed yet.' }, now, pool)).toBe(
    'No worker has contributed yet.',
  )
})

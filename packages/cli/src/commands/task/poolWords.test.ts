import { NO_ADDRESS } from '@iexec/protocol'
import type { Replicate, ShownTask } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { reasonText, troubleOf, votesAhead, workersText } from './poolWords.ts'

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

const DEAL = { contributionDeadline: 100n, callback: NO_ADDRESS } as ShownTask['deal']
const UNSET = { status: 'unset' } as ShownTask['record']
const NO_VOTE = 'No worker has contributed yet.'
const AGREED = 'The workers agree; 1 of 2 revealed their result.'
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
  const task = {
    status: 'unset',
    end: undefined,
    reason: NOT_BEGUN,
    deal: DEAL,
    contributions: [],
    record: UNSET,
  } as const
  const pool = states && { replicates: states.map((status) => replicate(status)) }

  expect(reasonText(task, now, pool)).toBe(says)
  expect(reasonText({ ...task, status: 'active', reason: NO_VOTE }, now, pool)).toBe(NO_VOTE)
})

test.each([
  [
    ['REVEALING', 'REVEALING', 'CONTRIBUTING'],
    0,
    '2 workers have voted, says the workerpool; the last look at the chain saw none.',
  ],
  [['CONTRIBUTED', 'REVEALED'], 1, '2 workers have voted, says the workerpool; the last look at the chain saw 1.'],
  [['CONTRIBUTED', 'COMPUTING'], 1, NO_VOTE],
  [['CONTRIBUTED'], 2, NO_VOTE],
])(
  'votes of workers that are %j are the truth before the chain, where %i were seen, shows them: %s',
  (states, seen, says) => {
    const contributions = Array.from({ length: seen }, () => ({})) as unknown as ShownTask['contributions']
    const pool = { replicates: states.map((status) => replicate(status)) }
    const task = {
      status: 'active',
      end: undefined,
      reason: NO_VOTE,
      deal: DEAL,
      contributions,
      record: UNSET,
    } as const
    const isAhead = says !== NO_VOTE

    expect(reasonText(task, 99n, pool)).toBe(says)
    expect(reasonText(task, 100n, pool)).toBe(NO_VOTE)
    expect(votesAhead(task, pool)).toBe(isAhead ? 2 : undefined)
    expect(votesAhead({ ...task, end: 'timeout' }, pool)).toBeUndefined()
  },
)

test.each([
  [
    ['REVEALED', 'COMPLETED', 'REVEALED'],
    49n,
    'The workers agree; 2 of 2 revealed their result, says the workerpool; the last look at the chain saw 1.',
  ],
  [['REVEALED', 'REVEALING'], 49n, AGREED],
  [['REVEALED', 'REVEALED'], 50n, AGREED],
])('of reveals by workers that are %j at %s is said: %s', (states, now, says) => {
  const record = {
    status: 'revealing',
    consensus: { reveals: 1, winners: 2, revealDeadline: 50n },
  } as ShownTask['record']
  const pool = { replicates: states.map((status) => replicate(status)) }
  const task = { status: 'revealing', end: undefined, reason: AGREED, deal: DEAL, contributions: [], record } as const

  expect(reasonText(task, now, pool)).toBe(says)
  expect(votesAhead(task, pool)).toBeUndefined()
})

function failed(cause: string, message: string): Replicate {
  return replicate('FAILED', { message, history: [{ status: 'FAILED', date: '', cause }] })
}

const EXITED = failed('APP_EXITED', 'The app exited with 1.')
const NO_DISK = failed('MACHINE_FAULT', 'The disk is full.')

test.each([
  [
    [EXITED, EXITED, NO_DISK],
    99n,
    '2 workers have nothing to vote for: The app exited with 1. A contract is never told of a failure: unless another worker has a result in time, the price goes back.',
  ],
  // Others may have a result yet.
  [[EXITED, replicate('COMPUTING')], 99n, NO_VOTE],
  [[NO_DISK], 99n, NO_VOTE],
  [[EXITED], 100n, NO_VOTE],
])('of a run for a contract that workers saw fail is said why nobody votes (%#)', (replicates, now, says) => {
  const deal = { ...DEAL, callback: `0x${'c'.repeat(40)}` } as const
  const task = { status: 'active', end: undefined, reason: NO_VOTE, deal, contributions: [], record: UNSET } as const

  expect(reasonText(task, now, { replicates })).toBe(says)
  expect(reasonText({ ...task, deal: DEAL }, now, { replicates })).toBe(NO_VOTE)
})

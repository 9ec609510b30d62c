// Why a task waits and what happens next, over every state and both sides of every deadline.
import {
  FAILURE_CAUSES,
  NO_ADDRESS,
  asDealId,
  asInstant,
  asTaskId,
  failureDigest,
  type Consensus,
  type Contribution,
  type TaskRecord,
} from '@iexec/protocol'
import fc from 'fast-check'
import type { Hex } from 'viem'
import { expect, test } from 'vitest'
import { momentOf } from './moment.ts'
import { taskStateOf, type TaskState } from './taskState.ts'

const ID = asTaskId(`0x${'11'.repeat(32)}`)
const T = 300n
const deal = { startTime: asInstant(1000n), timeref: T, trust: 5n }
const [CONTRIBUTE, FINAL] = [1000n + 7n * T, 1000n + 10n * T]
const WORKERS = [1, 2, 3].map((digit) => `0x${String(digit).repeat(40)}` as const)

const opened = {
  id: ID,
  deal: asDealId(`0x${'22'.repeat(32)}`),
  index: 0n,
  timeref: T,
  contributionDeadline: asInstant(CONTRIBUTE),
  finalDeadline: asInstant(FINAL),
  contributors: WORKERS,
}
const UNSET: TaskRecord = { id: ID, status: 'unset' }
const ACTIVE: TaskRecord = { ...opened, status: 'active' }

function revealing(reveals: number, revealDeadline = 2000n): TaskRecord {
  const consensus: Consensus = {
    value: `0x${'33'.repeat(32)}`,
    revealDeadline: asInstant(revealDeadline),
    winners: 2,
    reveals,
    resultDigest: undefined,
  }
  return { ...opened, status: 'revealing', consensus }
}

function completedWith(resultDigest: Hex): TaskRecord {
  const { consensus } = revealing(2) as Extract<TaskRecord, { status: 'revealing' }>
  const votes = { ...consensus, resultDigest }
  return { ...opened, status: 'completed', consensus: votes, results: '0x', resultsCallback: '0x' }
}

function at(task: TaskRecord, now: bigint, contributions?: readonly Contribution[]): TaskState {
  return taskStateOf({ task, deal, now: asInstant(now), ...(contributions === undefined ? {} : { contributions }) })
}

function vote(worker: number, result: string, status: Contribution['status'] = 'contributed'): Contribution {
  const resultHash = `0x${result.repeat(64)}` as const
  return {
    worker: WORKERS[worker] ?? NO_ADDRESS,
    status,
    resultHash,
    resultSeal: resultHash,
    enclaveChallenge: NO_ADDRESS,
    weight: 1n,
  }
}

test.each([
  ['a task that nobody began', UNSET, 1000n, CONTRIBUTE, /contribute any more/u],
  ['a task that nobody began, too late', UNSET, CONTRIBUTE, FINAL, /anyone can claim/u],
  ['a task that is voted on', ACTIVE, CONTRIBUTE - 1n, CONTRIBUTE, /contribute any more/u],
  ['a vote that is over', ACTIVE, CONTRIBUTE, FINAL, /anyone can claim/u],
  ['nothing revealed yet', revealing(0), 1999n, 2000n, /the agreement is void/u],
  ['one of two revealed', revealing(1), 1999n, 2000n, /finish it with the results/u],
  ['the time for reveals is over', revealing(1), 2000n, FINAL, /anyone can claim/u],
  ['reveals that outlast the deal', revealing(0, FINAL + 1n), 2000n, FINAL, /anyone can claim/u],
] as const)('the next deadline of %s is named, and what happens then', (...[, task, now, deadline, what]) => {
  const { nextDeadline } = at(task, now)

  expect(nextDeadline?.at).toBe(deadline)
  expect(nextDeadline?.what).toMatch(what)
})

test.each([
  [UNSET, 1000n, 'The workerpool has not begun it yet.'],
  [UNSET, CONTRIBUTE, 'The workerpool never began it, and it is too late for contributions: it will fail.'],
  [ACTIVE, 1000n, '3 workers have contributed; a trust of 5 takes more who agree.'],
  [ACTIVE, CONTRIBUTE, '3 workers have contributed, and it is too late for more: it will fail.'],
  [revealing(1), 1999n, 'The workers agree; 1 of 2 revealed their result.'],
  [revealing(1), 2000n, '1 of 2 revealed their result in time: the workerpool has to finish it.'],
  [
    revealing(0),
    2000n,
    'None of the 2 who agreed revealed his result in time: the workerpool has to start the vote again.',
  ],
] as const)('the reason says what is waited for (%#)', (task, now, reason) => {
  expect(at(task, now).reason).toBe(reason)
})

test.each([
  [
    [vote(0, '1'), vote(1, '1'), vote(2, '1')],
    '3 workers have contributed, and all agree; a trust of 5 takes more who agree.',
  ],
  [
    [vote(0, '1'), vote(1, '2'), vote(2, '1')],
    '3 workers have contributed, 2 of them agree; a trust of 5 takes more who agree.',
  ],
  [
    [vote(0, '1', 'rejected'), vote(1, '1', 'rejected'), vote(2, '1', 'rejected')],
    '3 workers have contributed, all for a result that nobody revealed; a trust of 5 takes more who agree.',
  ],
] as const)('with the votes, it says how many agree (%#)', (votes, reason) => {
  expect(at(ACTIVE, 1000n, votes).reason).toBe(reason)
})

test.each(FAILURE_CAUSES)('workers who agreed on %s gave no result, and the reason says why', (cause) => {
  const task = completedWith(failureDigest(cause))

  const { failure, end, reason } = at(task, FINAL)

  expect([failure, end]).toEqual([cause, 'completed'])
  expect(reason).toMatch(/^It is finished without a result\. The workers agreed: [^.]+\.$/u)
})

test('any other digest is a result', () => {
  expect(at(completedWith(`0x${'44'.repeat(32)}`), FINAL)).toMatchObject({
    failure: undefined,
    reason: 'It is finished, and the workers agreed on its result.',
  })
})

test('a task is timed out exactly from its final deadline on, unless it has ended', () => {
  const completed: TaskRecord = { ...opened, status: 'failed', consensus: undefined }
  for (const task of [UNSET, ACTIVE, revealing(2), revealing(1, FINAL + 7n)]) {
    expect(at(task, FINAL - 1n)).toMatchObject({ isTimedOut: false, end: undefined })
    expect(at(task, FINAL)).toMatchObject({
      isTimedOut: true,
      end: 'timeout',
      statusName: 'TIMEOUT',
      nextDeadline: undefined,
    })
  }
  expect(at(completed, FINAL)).toMatchObject({ isTimedOut: false, end: 'failed', statusName: 'FAILED' })
})

test('whatever lies ahead lies ahead, and a task without a next deadline has ended', () => {
  const tasks = fc.constantFrom(UNSET, ACTIVE, revealing(0), revealing(1), revealing(2), revealing(1, FINAL + 7n))
  fc.assert(
    fc.property(tasks, fc.bigInt(1000n, FINAL + 1000n), (task, now) => {
      const { nextDeadline, end } = at(task, now)

      expect(nextDeadline === undefined).toBe(end !== undefined)
      if (nextDeadline !== undefined) expect(nextDeadline.at).toBeGreaterThan(now)
    }),
  )
})

test('a moment is a date as long as there are dates', () => {
  expect(momentOf(0n)).toBe('1970-01-01T00:00:00Z')
  expect(momentOf(8_640_000_000_000n)).toBe('+275760-09-13T00:00:00Z')
  expect(momentOf(8_640_000_000_001n)).toBe('8640000000001 s')
})

import type { Replicate } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { troubleOf, workersText } from './poolWords.ts'

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

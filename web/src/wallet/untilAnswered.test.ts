import { IexecError } from '@iexec/sdk'
import { expect, test } from 'vitest'
import { UNTIL_ANSWERED } from './untilAnswered.ts'

test.each([
  ['no orders', new IexecError('NoMatch', 'No orders.', { details: { mismatches: [] } })],
  ['a wish that nobody can serve', new IexecError('InvalidInput', 'No category.')],
])('%s are an answer', (_, fault) => {
  expect(UNTIL_ANSWERED.retry(1, fault)).toBe(false)
})

test.each([
  ['a market that does not answer', new IexecError('ServiceUnreachable', 'It does not answer.')],
  [
    'orders of a market behind the chain',
    new IexecError('NoMatch', 'No orders.', { details: { mismatches: ['gone'] } }),
  ],
  ['anything else', new Error('Failed to fetch')],
])('%s is asked for again', (_, fault) => {
  expect(UNTIL_ANSWERED.retry(100, fault)).toBe(true)
})

test('it is asked ever more rarely', () => {
  expect([0, 1, 2, 3, 4, 5].map(UNTIL_ANSWERED.retryDelay)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
})

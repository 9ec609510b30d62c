// Deals that an action made, or may have made: none of them is lost.
import { expect, test } from 'vitest'
import { dealsToKeep } from './deals.ts'

const MADE = { signed: ['0x1', '0x2'], made: ['0x1'] } as const

test('of what went well, the deals that were made are kept', () => {
  expect(dealsToKeep(MADE, undefined)).toEqual(['0x1'])
})

test.each(['RejectedByUser', 'OrdersMismatch', 'Refused', 'WrongChain'])('after %s nothing more will come', (code) => {
  expect(dealsToKeep(MADE, Object.assign(new Error('no'), { code }))).toEqual(['0x1'])
})

test.each(['NotMined', 'ChainUnreachable', undefined])('after %s a deal may still come to be', (code) => {
  expect(dealsToKeep(MADE, Object.assign(new Error('perhaps'), { code }))).toEqual(['0x1', '0x2'])
})

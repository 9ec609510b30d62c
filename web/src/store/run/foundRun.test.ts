// Runs that links name.
import { expect, test } from 'vitest'
import { isOneOf, isOwn } from './foundRun.ts'

const APP = '0x66C550fb04b3Df92f708D1ABB21409eec0e2F1fd'
const OTHER = '0x629293Dc11ed5cFb6e039eCFf31062141C24FF21'
const DEAL = { app: '0x66c550fb04b3df92f708d1abb21409eec0e2f1fd', requester: OTHER, size: 1n } as const

test('a deal is shown as a run of its own app alone, and not when it has tasks without end', () => {
  expect(isOneOf(APP, DEAL)).toBe(true)
  expect(isOneOf(OTHER, DEAL)).toBe(false)
  expect(isOneOf(APP, { ...DEAL, size: 10n })).toBe(true)
  expect(isOneOf(APP, { ...DEAL, size: 11n })).toBe(false)
})

test('a run is somebody’s own only in the wallet that bought it', () => {
  expect(isOwn(DEAL, '0x629293dc11ed5cfb6e039ecff31062141c24ff21')).toBe(true)
  expect(isOwn(DEAL, APP)).toBe(false)
  expect(isOwn(DEAL, undefined)).toBe(false)
})

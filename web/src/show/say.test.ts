// Figures in words.
import { expect, test } from 'vitest'
import { sayBytes, sayDuration, sayShare } from './say.ts'

test.each([
  [0, '0 sec'],
  [8.5, '8.5 sec'],
  [59, '59 sec'],
  [59.6, '1 min'],
  [60, '1 min'],
  [300, '5 min'],
  [3_599, '59 min 59 sec'],
  [3_600, '1 hr'],
  [5_430, '1 hr 30 min'],
  [36_000, '10 hr'],
  [90_061, '1 day 1 hr'],
])('%d seconds are said as %j', (seconds, words) => {
  expect(sayDuration(seconds, 'en')).toBe(words)
})

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1_000, '1 kB'],
  [307_608, '308 kB'],
  [50_000_000, '50 MB'],
  [2_000_000_000_000, '2,000 GB'],
])('%d bytes are %s', (bytes, words) => {
  expect(sayBytes(bytes, 'en')).toBe(words)
})

test('a share is in percent, as the language writes it', () => {
  expect(sayShare(0.985, 'en')).toBe('98.5%')
  expect(sayShare(0.985, 'fr')).toMatch(/^98,5\s%$/u)
})

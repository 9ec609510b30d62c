// Figures in words.
import { expect, test } from 'vitest'
import { sayBytes, sayDuration, sayShare } from './say.ts'

test.each([
  [0, '0 sec'],
  [8.5, '8.5 sec'],
  [59, '59 sec'],
  [60, '1 min'],
  [3_599, '60 min'],
  [3_600, '1 hr'],
])('%d seconds are %s', (seconds, words) => {
  expect(sayDuration(seconds, 'en')).toBe(words)
})

test.each([
  [999, '999 byte'],
  [1_000, '1 kB'],
  [50_000_000, '50 MB'],
])('%d bytes are %s', (bytes, words) => {
  expect(sayBytes(bytes, 'en')).toBe(words)
})

test('a share is in percent, as the language writes it', () => {
  expect(sayShare(0.985, 'en')).toBe('98.5%')
  expect(sayShare(0.985, 'fr')).toMatch(/^98,5\s%$/u)
})

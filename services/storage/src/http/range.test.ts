import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRange } from './range.ts'

test.each([
  [undefined, { kind: 'all' }],
  ['bytes=0-0', { kind: 'part', start: 0, end: 1 }],
  ['bytes=0-9', { kind: 'part', start: 0, end: 10 }],
  ['bytes=9-', { kind: 'part', start: 9, end: 10 }],
  ['bytes=5-100', { kind: 'part', start: 5, end: 10 }],
  ['bytes=-3', { kind: 'part', start: 7, end: 10 }],
  ['bytes=-30', { kind: 'part', start: 0, end: 10 }],
  ['BYTES = 1-2', { kind: 'part', start: 1, end: 3 }],
  ['lines=1-2', { kind: 'all' }],
  ['bytes=x-y', { kind: 'all' }],
  ['bytes=-', { kind: 'all' }],
  ['bytes=5-4', { kind: 'all' }],
])('of ten bytes, %j means %j', (header, wanted) => {
  expect(readRange(header, 10)).toEqual(wanted)
})

test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', 'bytes=0-1,3-4'])('of ten bytes, there is no %j', (header) => {
  expect(readRange(header, 10).kind).toBe('none')
})

test('an empty file has no parts', () => {
  expect(readRange('bytes=0-', 0).kind).toBe('none')
})

test('a part is never empty and never outside of the file, whatever is asked', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,20}-\d{0,20}$/u)), fc.nat(), (header, size) => {
      const wanted = readRange(header, size)

      if (wanted.kind !== 'part') return
      expect(wanted.start).toBeGreaterThanOrEqual(0)
      expect(wanted.end).toBeGreaterThan(wanted.start)
      expect(wanted.end).toBeLessThanOrEqual(size)
    }),
  )
})

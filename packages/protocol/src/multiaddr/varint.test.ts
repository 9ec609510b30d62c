import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeVarint, readVarint } from './varint.ts'

test('numbers come back, and so does the place behind them', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 28 - 1 }), fc.uint8Array({ maxLength: 4 }), (value, before) => {
      const bytes = Uint8Array.from([...before, ...encodeVarint(value), 0xff])

      expect(readVarint(bytes, before.length)).toEqual({ value, next: bytes.length - 1 })
    }),
  )
})

test.each([
  [0, [0]],
  [127, [0x7f]],
  [128, [0x80, 0x01]],
  [421, [0xa5, 0x03]],
  [2 ** 28 - 1, [0xff, 0xff, 0xff, 0x7f]],
])('%s is written %o', (value, bytes) => {
  expect([...encodeVarint(value)]).toEqual(bytes)
})

test.each([[[]], [[0x80]], [[0x80, 0x00]], [[0x80, 0x80, 0x80, 0x80, 0x01]]])('%o is none', (bytes) => {
  expect(readVarint(Uint8Array.from(bytes), 0)).toBeUndefined()
})

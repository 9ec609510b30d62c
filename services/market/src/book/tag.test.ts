import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { TAG_COLUMNS, splitTag } from './tag.ts'

test('the parts of a tag are its 256 bits, 52 at a time', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (bits) => {
      const parts = splitTag(`0x${bits.toString(16).padStart(64, '0')}`)

      const sum = TAG_COLUMNS.reduce(
        (total, column, index) => total + (BigInt(parts[column]) << (52n * BigInt(index))),
        0n,
      )
      expect(sum).toBe(bits)
      for (const column of TAG_COLUMNS) expect(parts[column]).toBeLessThan(2 ** 52)
    }),
  )
})

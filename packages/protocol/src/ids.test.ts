import * as fc from 'fast-check'
import { encodePacked, keccak256 } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { anyBytes32, anyUint256 } from '../test/arbitraries.ts'
import { asDealId, asInstant, asOrderHash, asTaskId, dealId, taskId } from './ids.ts'

test('a deal id is the hash of its request and of what the request had consumed before', () => {
  fc.assert(
    fc.property(anyBytes32, anyUint256, (hash, consumed) => {
      const expected = keccak256(encodePacked(['bytes32', 'uint256'], [hash, consumed]))

      expect(dealId(asOrderHash(hash), consumed)).toBe(expected)
    }),
  )
})

test('a task id is the hash of its deal and its index', () => {
  fc.assert(
    fc.property(anyBytes32, anyUint256, (deal, index) => {
      const expected = keccak256(encodePacked(['bytes32', 'uint256'], [deal, index]))

      expect(taskId(asDealId(deal), index)).toBe(expected)
    }),
  )
})

test.each([-1n, 2n ** 256n])('there is no task %s', (index) => {
  const deal = asDealId(`0x${'11'.repeat(32)}`)

  expect(() => taskId(deal, index)).toThrow(expect.objectContaining({ code: 'InvalidUint256' }))
})

describe.each([
  ['deal id', asDealId],
  ['task id', asTaskId],
  ['order hash', asOrderHash],
])('reading a %s', (meaning, read) => {
  test('gives it in lower case', () => {
    expect(read(`0x${'AB'.repeat(32)}`)).toBe(`0x${'ab'.repeat(32)}`)
  })

  test.each([
    `0x${'ab'.repeat(31)}`,
    `0x${'ab'.repeat(33)}`,
    'ab'.repeat(32),
    `0x${'gg'.repeat(32)}`,
    `0x${'ab'.repeat(32)}\n`,
    '',
    undefined,
    7,
  ])('refuses %o', (value) => {
    expect(() => read(value)).toThrow(`it is not`)
    expect(() => read(value)).toThrow(meaning)
  })
})

describe('asInstant', () => {
  test('reads seconds', () => {
    expect(asInstant(1_700_000_000)).toBe(1_700_000_000n)
    expect(asInstant(0n)).toBe(0n)
    expect(asInstant(2n ** 256n - 1n)).toBe(2n ** 256n - 1n)
  })

  test.each([-1n, 2n ** 256n, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1_700_000_000_000])(
    'refuses %s',
    (value) => {
      expect(() => asInstant(value)).toThrow(/whole seconds since 1970/)
    },
  )
})

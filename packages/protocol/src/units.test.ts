import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyUint256 } from '../test/arbitraries.ts'
import { NANO_PER_RLC, formatRlc, parseRlc } from './units.ts'

describe('parseRlc', () => {
  test.each([
    ['1.5 RLC', 1_500_000_000n],
    ['1 RLC', 1_000_000_000n],
    ['0.000000001 RLC', 1n],
    ['1.500000000RLC', 1_500_000_000n],
    ['100 nRLC', 100n],
    ['1000', 1000n],
    ['0', 0n],
    ['0 RLC', 0n],
    ['007', 7n],
    ['  2 rlc ', 2_000_000_000n],
    ['5 NRLC', 5n],
    ['1_000_000 nRLC', 1_000_000n],
    ['1_000.25 RLC', 1_000_250_000_000n],
    [String(2n ** 256n - 1n), 2n ** 256n - 1n],
  ])('reads "%s" as %s nRLC', (text, nano) => {
    expect(parseRlc(text)).toBe(nano)
  })

  test.each([
    ['', /it is empty/],
    ['-1 RLC', /cannot be negative/],
    ['+1 RLC', /has no sign/],
    ['1.0000000001 RLC', /10 decimals, and RLC has 9/],
    ['1.5', /Write "1\.5 RLC" if you mean RLC/],
    ['1.5 nRLC', /nRLC cannot be divided/],
    ['1.0 nRLC', /nRLC cannot be divided/],
    ['1e9', /exponents are not understood/],
    ['1E9 RLC', /exponents are not understood/],
    ['1,5 RLC', /a comma can mean two things/],
    ['.5 RLC', /Write "0\.5 RLC"/],
    ['5 ETH', /"ETH" is not a unit of RLC/],
    ['5 mRLC', /The units are RLC and nRLC/],
    ['RLC', /is not an amount/],
    ['1. RLC', /is not an amount/],
    ['1_ RLC', /is not an amount/],
    ['_1 RLC', /is not an amount/],
    ['1__0 RLC', /is not an amount/],
    ['1 2 RLC', /is not an amount/],
    ['0x10', /is not a unit/],
    ['١ RLC', /is not an amount/],
    [String(2n ** 256n), /more than the chain can count/],
    [`${2n ** 256n} RLC`, /more than the chain can count/],
  ])('refuses "%s"', (text, reason) => {
    expect(() => parseRlc(text)).toThrow(expect.objectContaining({ code: 'InvalidAmount', given: text }))
    expect(() => parseRlc(text)).toThrow(reason)
  })

  test('reads any number of RLC with any nine decimals exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 200n }), fc.stringMatching(/^\d{1,9}$/), (whole, decimals) => {
        const nano = parseRlc(`${whole}.${decimals} RLC`)

        expect(nano).toBe(whole * NANO_PER_RLC + BigInt(decimals.padEnd(9, '0')))
      }),
    )
  })
})

describe('formatRlc', () => {
  test.each([
    [0n, '0 RLC'],
    [1n, '1 nRLC'],
    [999_999n, '999999 nRLC'],
    [1_000_000n, '0.001 RLC'],
    [1_000_000_000n, '1 RLC'],
    [1_500_000_000n, '1.5 RLC'],
    [100_000_000_001n, '100.000000001 RLC'],
    [-7n, '-7 nRLC'],
    [-1_500_000_000n, '-1.5 RLC'],
  ])('writes %s nRLC as "%s"', (nano, text) => {
    expect(formatRlc(nano)).toBe(text)
  })

  test('parseRlc reads back what formatRlc writes', () => {
    fc.assert(
      fc.property(anyUint256, (nano) => {
        expect(parseRlc(formatRlc(nano))).toBe(nano)
      }),
    )
  })
})

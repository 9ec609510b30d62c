import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyUint256 } from '../test/arbitraries.ts'
import { NANO_PER_RLC, formatCoin, formatIn, formatRlc, parseCoin, parseRlc, type CoinUnit } from './units.ts'

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
    ['5 mRLC', /The units are nRLC, RLC/],
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

describe('an amount without a unit', () => {
  test('is in the unit that the reader names, and a written unit wins', () => {
    expect(parseRlc('1.5', 'RLC')).toBe(1_500_000_000n)
    expect(parseRlc('1500 nRLC', 'RLC')).toBe(1500n)
    expect(parseCoin('2', 'ether')).toBe(2n * 10n ** 18n)
    expect(() => parseRlc('1', 'gwei' as never)).toThrow(/"gwei" is not a unit of RLC/)
  })
})

describe('parseCoin', () => {
  test.each([
    ['1 wei', 1n],
    ['7', 7n],
    ['1.5 kwei', 1_500n],
    ['1 mwei', 10n ** 6n],
    ['1.000000001 gwei', 1_000_000_001n],
    ['1 szabo', 10n ** 12n],
    ['1 finney', 10n ** 15n],
    ['0.000000000000000001 ether', 1n],
    ['1_000 ETH', 1000n * 10n ** 18n],
    ['0.1 Ether', 10n ** 17n],
  ])('reads "%s" as %s wei', (text, wei) => {
    expect(parseCoin(text)).toBe(wei)
  })

  test.each([
    ['1.5', /wei cannot be divided, and an amount without a unit is in wei\. Write "1\.5 ether"/],
    ['1.5 wei', /wei cannot be divided\. Write "1\.5 ether"/],
    ['1.0001 kwei', /it has 4 decimals, and kwei has 3/],
    ['0.0000000000000000001 eth', /it has 19 decimals, and eth has 18/],
    [
      '1 RLC',
      /"RLC" is not a unit of the coin of a chain\. The units are wei, kwei, mwei, gwei, szabo, finney, ether, eth/,
    ],
    ['2 e', /"e" is not a unit/],
    ['1e18', /exponents are not understood/],
    ['', /it is empty\. Write for instance "0\.05 ether"/],
    [`${2n ** 256n}`, /more than the chain can count/],
  ])('refuses "%s"', (text, reason) => {
    expect(() => parseCoin(text)).toThrow(expect.objectContaining({ code: 'InvalidAmount', given: text }))
    expect(() => parseCoin(text)).toThrow(reason)
  })
})

describe('formatCoin', () => {
  test.each([
    [0n, '0 ether'],
    [999_999n, '999999 wei'],
    [1_000_000n, '0.001 gwei'],
    [10n ** 15n - 1n, '999999.999999999 gwei'],
    [10n ** 15n, '0.001 ether'],
    [123n * 10n ** 18n + 1n, '123.000000000000000001 ether'],
    [-(10n ** 18n), '-1 ether'],
  ])('writes %s wei as "%s"', (wei, text) => {
    expect(formatCoin(wei)).toBe(text)
  })

  test('calls whole coins as the chain does', () => {
    expect([formatCoin(10n ** 15n, 'xRLC'), formatCoin(10n ** 9n, 'xRLC')]).toEqual(['0.001 xRLC', '1 gwei'])
  })

  test('parseCoin reads back what formatCoin writes', () => {
    fc.assert(
      fc.property(anyUint256, (wei) => {
        expect(parseCoin(formatCoin(wei))).toBe(wei)
      }),
    )
  })
})

describe('formatIn', () => {
  const units: readonly CoinUnit[] = ['wei', 'kwei', 'mwei', 'gwei', 'szabo', 'finney', 'ether', 'eth']

  test('loses no digit in any unit', () => {
    fc.assert(
      fc.property(anyUint256, fc.constantFrom(...units), (wei, unit) => {
        expect(parseCoin(`${formatIn(wei, unit)} ${unit}`)).toBe(wei)
      }),
    )
  })

  test('writes what is less than one with a zero before the point, and nothing behind it that says nothing', () => {
    expect(formatIn(5n, 'RLC')).toBe('0.000000005')
    expect(formatIn(2_000_000_000n, 'RLC')).toBe('2')
    expect(formatIn(-1_500n, 'kwei')).toBe('-1.5')
  })

  test('refuses a unit that does not exist', () => {
    expect(() => formatIn(1n, 'toString' as never)).toThrow(expect.objectContaining({ code: 'InvalidUnit' }))
  })
})

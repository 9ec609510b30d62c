import * as fc from 'fast-check'
import { encodeAbiParameters } from 'viem/utils'
import { expect, test } from 'vitest'
import { anyAddress, anyBytes32, anyUint256 } from '../test/arbitraries.ts'
import { MAX_UINT256, addressDigits, wordOf } from './words.ts'

test('a word is what the ABI encodes', () => {
  fc.assert(
    fc.property(anyAddress, anyUint256, anyBytes32, (address, number, bytes) => {
      expect(`0x${wordOf('address', address)}`).toBe(encodeAbiParameters([{ type: 'address' }], [address]))
      expect(`0x${wordOf('uint256', number)}`).toBe(encodeAbiParameters([{ type: 'uint256' }], [number]))
      expect(`0x${wordOf('bytes32', bytes)}`).toBe(encodeAbiParameters([{ type: 'bytes32' }], [bytes]))
    }),
  )
})

test.each([
  ['uint256', MAX_UINT256 + 1n, 'InvalidUint256'],
  ['uint256', -1n, 'InvalidUint256'],
  ['uint256', '1', 'InvalidUint256'],
  ['address', `0x${'11'.repeat(19)}`, 'InvalidAddress'],
  ['address', `0x${'11'.repeat(21)}`, 'InvalidAddress'],
  ['address', 17n, 'InvalidAddress'],
  ['bytes32', `0x${'11'.repeat(31)}`, 'InvalidBytes32'],
  ['bytes32', `0x${'11'.repeat(33)}`, 'InvalidBytes32'],
  ['bytes32', 17n, 'InvalidBytes32'],
] as const)('as %s, %s has no word', (type, value, code) => {
  expect(() => wordOf(type, value)).toThrow(expect.objectContaining({ code }))
})

test('the case of an address does not matter', () => {
  expect(addressDigits('0xABCDEF0000000000000000000000000000000000')).toBe('abcdef0000000000000000000000000000000000')
})

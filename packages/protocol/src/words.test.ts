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

test('an address is read in lower case, or with its checksum', () => {
  expect(addressDigits('0xbf6b2b07e47326b7c8bfcb4a5460bef9f0fd2002')).toBe('bf6b2b07e47326b7c8bfcb4a5460bef9f0fd2002')
  expect(addressDigits('0xBF6B2B07e47326B7c8bfCb4A5460bef9f0Fd2002')).toBe('bf6b2b07e47326b7c8bfcb4a5460bef9f0fd2002')
})

test.each(['0xbF6B2B07e47326B7c8bfCb4A5460bef9f0Fd2002', '0xBF6B2B07E47326B7C8BFCB4A5460BEF9F0FD2002'])(
  '%s has a wrong checksum and is refused, as wallets do',
  (address) => {
    expect(() => addressDigits(address)).toThrow('its capitals are not its checksum')
  },
)

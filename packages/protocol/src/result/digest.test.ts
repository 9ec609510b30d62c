import * as fc from 'fast-check'
import { concat, keccak256, sha256, stringToHex } from 'viem/utils'
import { expect, test } from 'vitest'
import { anyBytes, anyBytes32 } from '../../test/arbitraries.ts'
import { callbackDigest, directoryDigest } from './digest.ts'

test('the digest of a callback is the keccak256 of its bytes', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(callbackDigest(bytes)).toBe(keccak256(bytes))
    }),
  )
})

test('the digest of a folder is the keccak256 of the hashes of its files in a row', () => {
  fc.assert(
    fc.property(fc.array(anyBytes32, { minLength: 1, maxLength: 8 }), (hashes) => {
      expect(directoryDigest(hashes)).toBe(keccak256(concat(hashes)))
    }),
  )
})

test('a folder with one file has another digest than the file, and the order of files matters', () => {
  const [first, second] = [sha256(stringToHex('first')), sha256(stringToHex('second'))]

  expect(directoryDigest([first])).not.toBe(first)
  expect(directoryDigest([first, second])).not.toBe(directoryDigest([second, first]))
})

test('an empty folder has the hash of nothing', () => {
  expect(directoryDigest([])).toBe('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')
})

test('what is not a sha256 is refused', () => {
  expect(() => directoryDigest(['0x1234'])).toThrow(expect.objectContaining({ code: 'InvalidBytes32' }))
})

// Addresses as people type them.
import { expect, test } from 'vitest'
import { addressFault } from './addressFault.ts'
import { requireAddress } from './requireAsset.ts'

const RIGHT = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'

test('hex digits of one case are taken as they are, and those of both only with their checksum', () => {
  const sameCase = [RIGHT.toLowerCase(), `0x${RIGHT.slice(2).toUpperCase()}`, RIGHT]

  expect(sameCase.map((given) => requireAddress(given))).toEqual([RIGHT, RIGHT, RIGHT])
})

test('a mistyped digit or capital letter is called a typing error, and nothing goes there', () => {
  for (const typo of [`${RIGHT.slice(0, -1)}D`, RIGHT.replace('3C44', '3C45'), RIGHT.replace('dD', 'dd')]) {
    expect(addressFault(typo)?.sentence).toContain('has a typing error')
    expect(() => requireAddress(typo)).toThrow('has a typing error')
  }
})

test('what is too short is no address', () => {
  expect(addressFault('0x12')).toEqual({
    sentence: '"0x12" is no address',
    hint: 'An address is 0x and 40 hex digits.',
  })
})

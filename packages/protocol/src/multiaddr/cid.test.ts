import * as fc from 'fast-check'
import { hexToBytes } from 'viem/utils'
import { expect, test } from 'vitest'
import { decodeBase58, encodeBase58 } from './base58.ts'
import { isCid, isCidV0 } from './cid.ts'

test('base58 gives bytes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(decodeBase58(encodeBase58(bytes))).toEqual(bytes)
    }),
  )
})

// The examples of the draft standard.
test.each([
  ['2NEpo7TZRRrLZSi2U', '0x48656c6c6f20576f726c6421'],
  [
    'USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z',
    '0x54686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c617a7920646f672e',
  ],
  ['11233QC4', '0x0000287fb4cd'],
  ['', '0x'],
] as const)('base58 writes %s', (text, bytes) => {
  expect(encodeBase58(hexToBytes(bytes))).toBe(text)
  expect(decodeBase58(text)).toEqual(hexToBytes(bytes))
})

test.each(['0', 'O', 'I', 'l', 'Qm é', '1'.repeat(201)])('base58 does not read "%s"', (text) => {
  expect(decodeBase58(text)).toBeUndefined()
})

test.each([
  'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ',
  'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
  'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
  'zdj7WhuEjrB52m1BisYCtmjH1hSKa7yZ3jEZ9JcXaFRD51wVz',
  'f015512209d8453505bdc6f269678e16b3e56c2a2948a41f2c792617cc9611ed363c95b63',
])('%s is a content identifier', (text) => {
  expect(isCid(text)).toBe(true)
  expect(isCidV0(text)).toBe(text.startsWith('Qm'))
})

test.each([
  '',
  'Qm',
  'b',
  'z',
  'f',
  'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaT',
  'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQQ',
  'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsga0Q',
  '12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA',
  'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52z',
  // One digit too many, and bits behind the last byte: other spellings of the same bytes.
  'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zya',
  'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zz',
  'BAFKREIGH2AKISCAILDCQABSYG3DFR6CHU3FGPREGIYMSCK7E7AQA4S52ZY',
  'f025512209d8453505bdc6f269678e16b3e56c2a2948a41f2c792617cc9611ed363c95b63',
  'f015512209d8453505bdc6f269678e16b3e56c2a2948a41f2c792617cc9611ed363c95b',
  '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ',
  ' QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ',
])('"%s" is none', (text) => {
  expect(isCid(text)).toBe(false)
})

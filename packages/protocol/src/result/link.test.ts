import * as fc from 'fast-check'
import type { Hex } from 'viem'
import { hexToString, stringToHex } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { anyBytes } from '../../test/arbitraries.ts'
import { decodeResultLink, encodeResultLink, ipfsLink } from './link.ts'
import type { ResultLink } from './link.ts'

const cid = 'QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ'
const raw = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'

const anyLink: fc.Arbitrary<ResultLink> = fc.oneof(
  fc.constant<ResultLink>({ storage: 'none' }),
  fc.constantFrom(ipfsLink(cid), ipfsLink(raw)),
  fc.record({ storage: fc.constant('ethereum'), location: fc.string({ unit: 'grapheme' }) }),
  fc.record({
    storage: fc.constant('dropbox'),
    location: fc.string({ unit: fc.constantFrom('a', 'é', ' ', '1') }).map((name) => `/results/${name}`),
  }),
)

describe('encodeResultLink', () => {
  test('writes exactly the bytes that clients expect', () => {
    expect(hexToString(encodeResultLink(ipfsLink(cid)))).toBe(`{ "storage": "ipfs", "location": "/ipfs/${cid}" }`)
    expect(encodeResultLink({ storage: 'none' })).toBe('0x')
  })

  test('writes what decodeResultLink reads', () => {
    fc.assert(
      fc.property(anyLink, (link) => {
        expect(decodeResultLink(encodeResultLink(link))).toEqual(link)
      }),
    )
  })
})

describe('what could not be read back is not written', () => {
  test.each(['', 'Qm', '../admin', `/ipfs/${cid}`, `${cid}/../x`, undefined as never])(
    '%s is no content identifier',
    (wrong) => {
      expect(() => ipfsLink(wrong)).toThrow(expect.objectContaining({ code: 'InvalidCid' }))
    },
  )

  test.each<ResultLink>([
    { storage: 'ipfs', location: '/ipfs/Qm' },
    { storage: 'dropbox', location: '/results/../secrets' },
    { storage: 'dropbox', location: undefined as never },
  ])('%o', (link) => {
    expect(() => encodeResultLink(link)).toThrow(expect.objectContaining({ code: 'InvalidLocation' }))
  })
})

describe('decodeResultLink', () => {
  test.each(['0xz', 'hello', undefined as never])('%s is not hex', (bytes) => {
    expect(decodeResultLink(bytes as Hex)).toEqual({ storage: 'unreadable', bytes, reason: 'it is not hex' })
  })

  test.each([
    [`{"storage":"ipfs","location":"/ipfs/${cid}"}`, { storage: 'ipfs', location: `/ipfs/${cid}` }],
    [
      `{"location":"/ipfs/${cid}/out.txt", "storage":"ipfs", "more":1}`,
      { storage: 'ipfs', location: `/ipfs/${cid}/out.txt` },
    ],
    ['{ "storage": "dropbox", "location": "/results/0x12" }', { storage: 'dropbox', location: '/results/0x12' }],
    ['{ "storage": "ethereum", "location": "0xab" }', { storage: 'ethereum', location: '0xab' }],
    ['{ "storage": "none" }', { storage: 'none' }],
  ])('reads %s', (text, link) => {
    expect(decodeResultLink(stringToHex(text))).toEqual(link)
  })

  test.each([
    ['/ipfs/Qm', 'it is not JSON'],
    ['"ipfs"', 'it is JSON, but no object'],
    ['null', 'it is JSON, but no object'],
    ['[]', 'it is JSON, but no object'],
    ['{"storage":"dropbox","location":"/results/../x"}', '"/results/../x" leads out of its folder'],
    ['{"storage":"dropbox","location":".."}', '".." leads out of its folder'],
    [
      '{"storage":"dropbox","location":"/results/a\\\\..\\\\x"}',
      String.raw`"/results/a\\..\\x" leads out of its folder`,
    ],
    ['{"storage":"dropbox","location":"/results/./x"}', '"/results/./x" leads out of its folder'],
    ['{}', 'it has no location'],
    ['{"storage":"ipfs"}', 'it has no location'],
    ['{"storage":"ipfs","location":7}', 'it has no location'],
    ['{"storage":"s3","location":"a"}', '"s3" is no known storage'],
    ['{"location":"a"}', 'undefined is no known storage'],
    ['{"storage":"ipfs","location":"/ipfs/"}', '"/ipfs/" is not /ipfs/ and a content identifier'],
    [`{"storage":"ipfs","location":"${cid}"}`, `"${cid}" is not /ipfs/ and a content identifier`],
    ['{"storage":"ipfs","location":"/ipfs/../admin"}', '"/ipfs/../admin" is not /ipfs/ and a content identifier'],
    [`{"storage":"ipfs","location":"/ipfs/${cid}/../x"}`, `"/ipfs/${cid}/../x" is not /ipfs/ and a content identifier`],
    [`{"storage":"ipfs","location":"/ipfs/${cid}?x"}`, `"/ipfs/${cid}?x" is not /ipfs/ and a content identifier`],
  ])('answers with a reason to %s', (text, reason) => {
    expect(decodeResultLink(stringToHex(text))).toEqual({ storage: 'unreadable', bytes: stringToHex(text), reason })
  })

  test('answers to any bytes, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyBytes,
          fc.json().map((json) => stringToHex(json)),
        ),
        (bytes) => {
          expect(decodeResultLink(bytes).storage).toMatch(/^(none|ipfs|dropbox|ethereum|unreadable)$/)
        },
      ),
    )
  })
})

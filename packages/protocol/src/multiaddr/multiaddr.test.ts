import * as fc from 'fast-check'
import { stringToHex } from 'viem/utils'
import { describe, expect, test } from 'vitest'
import { anyBytes } from '../../test/arbitraries.ts'
import { encodeBase58 } from './base58.ts'
import { decodeMultiaddr, encodeMultiaddr } from './multiaddr.ts'

// Written by @multiformats/multiaddr 13.0.3.
const binary = [
  [
    '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ',
    '0xa5032212207237a7f4091a74ae95514890fa86a2e8a36037c350ea71c06a34c8cbe25a5057',
  ],
  ['/ip4/127.0.0.1/tcp/4001', '0x047f000001060fa1'],
  ['/ip6/2001:db8::1/udp/65535/quic-v1', '0x2920010db80000000000000000000000019102ffffcd03'],
  ['/dns4/files.example.com/tcp/443/https', '0x361166696c65732e6578616d706c652e636f6d0601bbbb03'],
  [
    '/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN',
    '0x3813626f6f7473747261702e6c69627032702e696fa50322122006b3608aa000274049eb28ad8e793a26ff6fab281a7d3bd77cd18eb745dfaabb',
  ],
  ['/ip4/10.0.0.1/tcp/80/http', '0x040a000001060050e003'],
  [
    '/dns/example.com/tcp/443/tls/sni/example.com/wss',
    '0x350b6578616d706c652e636f6d0601bbc003c1030b6578616d706c652e636f6dde03',
  ],
  [
    '/ip4/1.2.3.4/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit',
    '0x0401020304060001a503260024080112202ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c37eb1336ba202',
  ],
] as const

const cidV0 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((hash) => encodeBase58(Uint8Array.of(0x12, 32, ...hash)))
const anyHost = fc.oneof(
  fc.ipV4().map((address) => `/ip4/${address}`),
  fc.domain().map((domain) => `/dns4/${domain}`),
  fc.domain().map((domain) => `/dns/${domain}`),
)
const anyEnd = fc.oneof(
  fc.constantFrom('', '/https', '/http', '/ws'),
  cidV0.map((peer) => `/p2p/${peer}`),
)
const anyMultiaddr = fc.oneof(
  fc
    .tuple(anyHost, fc.integer({ min: 0, max: 65_535 }), anyEnd)
    .map(([host, port, end]) => `${host}/tcp/${port}${end}`),
  cidV0.map((content) => `/ipfs/${content}`),
)

test.each(binary)('%s has its binary form', (text, bytes) => {
  expect(encodeMultiaddr(text)).toBe(bytes)
  expect(decodeMultiaddr(bytes)).toBe(text)
})

test('a multiaddr comes back', () => {
  fc.assert(
    fc.property(anyMultiaddr, (text) => {
      expect(encodeMultiaddr(text)).not.toBe(stringToHex(text))
      expect(decodeMultiaddr(encodeMultiaddr(text))).toBe(text)
    }),
  )
})

describe('everything else is text', () => {
  test.each([
    '',
    'iexechub/python-hello-world:8.0.4',
    'registry.example.com:5000/team/app@sha256:b0b664b7a6d249f81c067a9262b1763144eeb3ca63e553567f71673442ce9e84',
    'https://example.com/data.csv?version=1',
    '5stars/app:1',
    '/',
    '/ipfs',
    '/ipfs/',
    '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaT',
    '/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ/data.csv',
    // A file of one raw block has no binary form: its multihash alone would name another file.
    '/ipfs/bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
    '/ipns/example.com',
    // These have a binary form, which is read as other text.
    '/p2p/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ',
    '/ip4/1.2.3.4/tcp/1/ipfs/QmW2WQi7j6c7UgJTarActp7tDNikE4B2qXtFCfLPdsgaTQ',
    '/ip6/::ffff:1.2.3.4',
    '/ip6/2001:DB8::1',
    '/ip6/0:0::1/tcp/80',
    '/ip4/256.0.0.1/tcp/80',
    '/ip4/127.0.0.1/tcp/65536',
    '/ip4/127.0.0.1/tcp/080',
    '/ip4/127.0.0.1/',
    '/ip4/01.0.0.1',
    '/ip6/1::2::3',
    '/dns4/exa mple.com',
    'ip4/127.0.0.1',
    'données/été:1',
    '🙂',
  ])('"%s"', (text) => {
    expect(encodeMultiaddr(text)).toBe(stringToHex(text))
    expect(decodeMultiaddr(stringToHex(text))).toBe(text)
  })

  test('any text comes back, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        let bytes
        try {
          bytes = encodeMultiaddr(text)
        } catch (error) {
          expect(error).toMatchObject({ code: 'AmbiguousMultiaddr', given: text })
          return
        }
        expect(decodeMultiaddr(bytes)).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })

  test.each(['\u0004abcd', '\uFEFFapp:1', '\uD800'])('%j is refused: it would not come back', (text) => {
    expect(() => encodeMultiaddr(text)).toThrow(expect.objectContaining({ code: 'AmbiguousMultiaddr' }))
  })
})

describe('decodeMultiaddr', () => {
  test.each([
    ['0x', ''],
    ['0xff', '0xff'],
    ['0xA503', '0xa503'],
    // A truncated address, an unknown protocol behind a known one, a varint that is too long.
    ['0x047f0000', '\u0004\u007f\u0000\u0000'],
    ['0x047f0000018f03', '0x047f0000018f03'],
    ['0x84007f000001', '0x84007f000001'],
  ] as const)('reads %s', (bytes, text) => {
    expect(decodeMultiaddr(bytes)).toBe(text)
  })

  test('answers to any bytes, and never throws', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(typeof decodeMultiaddr(bytes)).toBe('string')
      }),
    )
  })

  test('binary addresses are written as they are read', () => {
    fc.assert(
      fc.property(anyMultiaddr, fc.nat(), fc.nat({ max: 255 }), (text, at, byte) => {
        const bytes = encodeMultiaddr(text)
        const offset = 2 + 2 * (at % ((bytes.length - 2) / 2))
        const mutated =
          `0x${bytes.slice(2, offset)}${byte.toString(16).padStart(2, '0')}${bytes.slice(offset + 2)}` as const

        const read = decodeMultiaddr(mutated)

        fc.pre(read.startsWith('/'))
        expect(encodeMultiaddr(read)).toBe(mutated)
      }),
      { numRuns: 500 },
    )
  })
})

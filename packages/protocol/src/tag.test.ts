import * as fc from 'fast-check'
import type { Hex } from 'viem'
import { describe, expect, test } from 'vitest'
import { anyBytes32 } from '../test/arbitraries.ts'
import { NO_TAG, TAG_BITS, decodeTag, encodeTag, missingTag, requiredTag, requiresTee, unionTags } from './tag.ts'
import type { TagName } from './tag.ts'

const tag = (low: string): Hex => `0x${low.padStart(64, '0')}`
const bits = (value: Hex): bigint => BigInt(value)
const anyNames = fc.uniqueArray(fc.constantFrom<TagName>('tee', 'scone', 'gramine', 'tdx', 'gpu', 'network'))

describe('encodeTag', () => {
  test.each([
    [['tee', 'scone'], tag('3')],
    [['tee', 'gramine'], tag('5')],
    ['tee,tdx', tag('9')],
    [' gpu , network', tag('10100')],
    [[], NO_TAG],
    ['', NO_TAG],
    [tag('dead'), tag('dead')],
    [`0x${'F'.repeat(64)}`, `0x${'f'.repeat(64)}`],
  ])('%o is %s', (given, expected) => {
    expect(encodeTag(given)).toBe(expected)
  })

  test.each(['sgx', 'TEE', 'tee,', '0x09', 'toString', 'tee scone'])(
    'refuses "%s" and lists the names that exist',
    (given) => {
      expect(() => encodeTag(given)).toThrow(/no tag has this name\. Use tee, scone, gramine, tdx, gpu, network/)
    },
  )

  test('decoding gives the names back in the order of their bits', () => {
    fc.assert(
      fc.property(anyNames, (names) => {
        const inBitOrder = Object.keys(TAG_BITS).filter((name) => names.some((other) => other === name))

        expect(decodeTag(encodeTag(names))).toEqual({ names: inBitOrder, unknownBits: [] })
      }),
    )
  })
})

test('decodeTag loses no bit', () => {
  fc.assert(
    fc.property(anyBytes32, (value) => {
      const { names, unknownBits } = decodeTag(value)

      const unknown = unknownBits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n)

      expect(bits(encodeTag(names)) | unknown).toBe(bits(value))
      expect(bits(encodeTag(names)) & unknown).toBe(0n)
    }),
  )
})

test('decodeTag lists the highest bit and the first one without a name', () => {
  expect(decodeTag(tag('10'))).toEqual({ names: [], unknownBits: [4] })
  expect(decodeTag(`0x8${'0'.repeat(63)}`)).toEqual({ names: [], unknownBits: [255] })
})

describe('requiredTag', () => {
  test('takes the framework bits of the app and of the request, but not those of the dataset', () => {
    expect(requiredTag(tag('2'), NO_TAG, tag('4'))).toBe(tag('6'))
    expect(requiredTag(NO_TAG, tag('f'), NO_TAG)).toBe(tag('1'))
    expect(requiredTag(NO_TAG, tag('11e'), NO_TAG)).toBe(tag('110'))
  })

  test('is the union of app and request, and of all dataset bits but 1 to 3', () => {
    fc.assert(
      fc.property(anyBytes32, anyBytes32, anyBytes32, (app, dataset, request) => {
        const required = requiredTag(app, dataset, request)

        for (let bit = 0n; bit < 256n; bit++) {
          const has = (value: Hex): boolean => ((bits(value) >> bit) & 1n) === 1n
          const isFramework = bit >= 1n && bit <= 3n
          expect(has(required)).toBe(has(app) || has(request) || (has(dataset) && !isFramework))
        }
      }),
      { numRuns: 30 },
    )
  })
})

test('nothing is missing exactly when adding the demand does not change the offer', () => {
  fc.assert(
    fc.property(anyBytes32, anyBytes32, (required, offered) => {
      expect(missingTag(required, offered) === NO_TAG).toBe(unionTags(required, offered) === offered)
      expect(missingTag(required, unionTags(required, offered))).toBe(NO_TAG)
    }),
  )
})

test('missingTag names what to offer', () => {
  expect(missingTag(encodeTag('tee,gpu'), encodeTag('tee,scone'))).toBe(encodeTag('gpu'))
})

test('only bit 0 asks for a TEE', () => {
  expect(requiresTee(tag('1'))).toBe(true)
  expect(requiresTee(`0x${'f'.repeat(63)}e`)).toBe(false)
  expect(requiresTee(NO_TAG)).toBe(false)
})

test('a tag of the wrong length is refused', () => {
  expect(() => decodeTag('0x01')).toThrow(expect.objectContaining({ code: 'InvalidBytes32' }))
})

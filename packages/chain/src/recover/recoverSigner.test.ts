import * as fc from 'fast-check'
import { keccak256, recoverAddress, toHex, type Address, type Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount, privateKeyToAddress, sign } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { recoverSigner } from './index.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const HALF = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
const KEY: Hex = `0x${'42'.padStart(64, '0')}`
const SIGNER = privateKeyToAddress(KEY).toLowerCase()
const HASH = keccak256('0x1234')

const { r, s, yParity } = await sign({ hash: HASH, privateKey: KEY })
const v = yParity === 0 ? 27n : 28n

/** A signature of 65 bytes: the one of the key over the hash, unless told otherwise. */
function long(change: { readonly r?: bigint; readonly s?: bigint; readonly v?: bigint } = {}): Hex {
  return `0x${word(change.r ?? BigInt(r))}${word(change.s ?? BigInt(s))}${byte(change.v ?? v)}`
}

function upper(hex: Hex): Hex {
  return `0x${hex.slice(2).toUpperCase()}`
}

function word(value: bigint): string {
  return value.toString(16).padStart(64, '0')
}

function byte(value: bigint): string {
  return value.toString(16).padStart(2, '0')
}

/** The same signature in 64 bytes, as EIP-2098 has it. */
function short(signature: Hex): Hex {
  const parity = BigInt(`0x${signature.slice(-2)}`) - 27n
  return `0x${signature.slice(2, 66)}${word(BigInt(`0x${signature.slice(66, 130)}`) + (parity << 255n))}`
}

async function viemRecovers(hash: Hex, signature: Hex): Promise<Address | undefined> {
  try {
    return (await recoverAddress({ hash, signature })).toLowerCase() as Address
  } catch {
    return undefined
  }
}

describe('the signer is who signed', () => {
  test('in 65 bytes and in the 64 of EIP-2098', () => {
    expect(recoverSigner(HASH, long())).toBe(SIGNER)
    expect(recoverSigner(HASH, short(long()))).toBe(SIGNER)
  })

  test('for every key and every hash, the zero hash and one beyond the order too', async () => {
    const edges = fc.constantFrom<Hex>(`0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`, toHex(ORDER))
    const hashes = fc.oneof({ weight: 9, arbitrary: hexOf(32) }, { weight: 1, arbitrary: edges })

    await fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 1n, max: ORDER - 1n }), hashes, async (key, hash) => {
        const account = privateKeyToAccount(`0x${word(key)}`)
        const signature = await account.sign({ hash })

        expect(recoverSigner(hash, signature)).toBe(account.address.toLowerCase())
        expect(recoverSigner(hash, short(signature))).toBe(account.address.toLowerCase())
      }),
      { numRuns: 50 },
    )
  })

  test('whichever case the digits have', () => {
    expect(recoverSigner(upper(HASH), upper(long()))).toBe(SIGNER)
    expect(recoverSigner(upper(HASH), upper(short(long())))).toBe(SIGNER)
  })

  test('and viem finds the same one in every signature with a low s', async () => {
    await fc.assert(
      fc.asyncProperty(hexOf(32), hexOf(32), fc.bigInt({ min: 0n, max: HALF }), async (hash, x, lowS) => {
        const signature = long({ r: BigInt(x), s: lowS, v: lowS % 2n === 0n ? 27n : 28n })

        expect(recoverSigner(hash, signature)).toBe(await viemRecovers(hash, signature))
      }),
      { numRuns: 100 },
    )
  })
})

describe('no key made it', () => {
  test('when s is above half of the order; at half it may be one', () => {
    expect(recoverSigner(HASH, long({ s: ORDER - BigInt(s), v: 55n - v }))).toBeUndefined()
    expect(recoverSigner(HASH, long({ s: HALF + 1n }))).toBeUndefined()
    expect(recoverSigner(HASH, short(long({ s: HALF + 1n })))).toBeUndefined()
    expect(recoverSigner(HASH, long({ s: HALF }))).toMatch(/^0x[\da-f]{40}$/u)
    expect(recoverSigner(HASH, short(long({ s: HALF })))).toBe(recoverSigner(HASH, long({ s: HALF })))
  })

  test.for([0n, 1n, 26n, 29n, 30n, 37n, 255n])('when v is %s', (other) => {
    expect(recoverSigner(HASH, long({ v: other }))).toBeUndefined()
  })

  test.for([
    ['r is zero', long({ r: 0n })],
    ['r is the order', long({ r: ORDER })],
    ['r is the most that 32 bytes hold', long({ r: 2n ** 256n - 1n })],
    ['r is on no point of the curve', long({ r: 5n })],
    ['s is zero', long({ s: 0n })],
    ['s is zero in 64 bytes', short(long({ s: 0n, v: 28n }))],
    ['all is zero', `0x${'00'.repeat(65)}`],
    ['all is zero in 64 bytes', `0x${'00'.repeat(64)}`],
  ] as const)('when %s', ([, signature]) => {
    expect(recoverSigner(HASH, signature)).toBeUndefined()
  })

  test('when the only key that could have would be the point at infinity', () => {
    // With r the abscissa of the generator and s the hash, the key is (s · G - hash · G) / r.
    const generator = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n
    const hash: Hex = `0x${word(7n)}`

    expect(recoverSigner(hash, long({ r: generator, s: 7n, v: 27n }))).toBeUndefined()
    expect(recoverSigner(hash, long({ r: generator, s: 8n, v: 27n }))).toMatch(/^0x[\da-f]{40}$/u)
  })

  test.for([0, 1, 63, 66, 96, 1_000])('when it has %s bytes', (length) => {
    expect(recoverSigner(HASH, `0x${'11'.repeat(length)}`)).toBeUndefined()
  })

  test('when anything about it is not what it should be, and nothing is thrown', () => {
    const strange = fc.anything({ withNullPrototype: true, withBigInt: true })
    const anything = fc.oneof(
      strange,
      fc.constant(Symbol('signature')),
      fc.string(),
      hexOf(65),
      hexOf(64),
      hexOf(32),
    ) as fc.Arbitrary<Hex>

    fc.assert(
      fc.property(anything, anything, (hash, signature) => {
        const signer = recoverSigner(hash, signature)

        expect(signer === undefined || /^0x[\da-f]{40}$/u.test(signer)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  test('when the hash has no 32 bytes', () => {
    expect(recoverSigner('0x', long())).toBeUndefined()
    expect(recoverSigner(`${HASH}00`, long())).toBeUndefined()
    expect(recoverSigner(`0x${HASH.slice(4)}`, long())).toBeUndefined()
  })
})

test('another key or another hash gives another signer', async () => {
  const other = await privateKeyToAccount(generatePrivateKey()).sign({ hash: HASH })

  expect(recoverSigner(HASH, other)).not.toBe(SIGNER)
  expect(recoverSigner(keccak256('0x12'), long())).not.toBe(SIGNER)
})

function hexOf(bytes: number): fc.Arbitrary<Hex> {
  return fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => toHex(value))
}

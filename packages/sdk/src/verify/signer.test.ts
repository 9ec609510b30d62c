// Whoever the hub takes for the signer is found here, too; and what it refuses is nobody's.
import * as fc from 'fast-check'
import { parseSignature, serializeCompactSignature, signatureToCompactSignature, toHex, type Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { signerOf } from './signer.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const anyKey = fc.bigInt({ min: 1n, max: ORDER - 1n }).map((key) => toHex(key, { size: 32 }))
const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex(bytes))

test('a signature of 65 bytes, or of the 64 of EIP-2098, is of the account whose key made it', async () => {
  await fc.assert(
    fc.asyncProperty(anyKey, anyHash, async (key, hash) => {
      const account = privateKeyToAccount(key)
      const long = await account.sign({ hash })
      const short = serializeCompactSignature(signatureToCompactSignature(parseSignature(long)))

      expect([long, short].map((sign) => signerOf(hash, sign))).toEqual([account.address, account.address])
    }),
    { numRuns: 25 },
  )
})

test('what has a high s, another v or another length is of nobody, as for the hub', async () => {
  const hash: Hex = `0x${'11'.repeat(32)}`
  const sign = await privateKeyToAccount(`0x${'22'.repeat(32)}`).sign({ hash })
  const { r, s, yParity } = parseSignature(sign)
  const high: Hex = `${r}${(ORDER - BigInt(s)).toString(16).padStart(64, '0')}${yParity === 0 ? '1c' : '1b'}`
  const bare: Hex = `${r}${s.slice(2)}0${yParity}`

  const found = [high, bare, `${sign}00`, '0x', `0x${'00'.repeat(65)}`].map((one) => signerOf(hash, one as Hex))

  expect(found).toEqual([undefined, undefined, undefined, undefined, undefined])
})

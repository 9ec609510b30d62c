// Whatever it signs, the quick account says the same as viem's.
import * as fc from 'fast-check'
import { toHex, type Hex, type TransactionSerializable } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { quickAccount } from './index.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const anyKey = fc.bigInt({ min: 1n, max: ORDER - 1n }).map((key) => toHex(key, { size: 32 }))
const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => toHex(bytes))

test('every hash and every message has the same signature', async () => {
  await fc.assert(
    fc.asyncProperty(anyKey, anyHash, async (key, hash) => {
      const [quick, slow] = [quickAccount(key), privateKeyToAccount(key)]

      expect(quick.address).toBe(slow.address)
      expect(await quick.sign?.({ hash })).toBe(await slow.sign({ hash }))
      const message = { raw: hash }
      expect(await quick.signMessage({ message })).toBe(await slow.signMessage({ message }))
    }),
    { numRuns: 50 },
  )
})

test('typed data has the same signature', async () => {
  const key = generatePrivateKey()
  const domain = { name: 'iExecODB', version: '5.0.0', chainId: 31_337 }
  const types = { Challenge: [{ name: 'challenge', type: 'string' }] }
  const data = { domain, types, primaryType: 'Challenge', message: { challenge: 'x' } } as const

  expect(await quickAccount(key).signTypedData(data)).toBe(await privateKeyToAccount(key).signTypedData(data))
})

const to: Hex = `0x${'11'.repeat(20)}`
const blob = { type: 'eip4844', chainId: 1, to, maxFeePerBlobGas: 1n, blobVersionedHashes: [`0x01${'22'.repeat(31)}`] }

test.each<TransactionSerializable>([
  {
    type: 'eip1559',
    chainId: 31_337,
    nonce: 7,
    to,
    gas: 21_000n,
    maxFeePerGas: 9n,
    maxPriorityFeePerGas: 1n,
    value: 5n,
  },
  { type: 'legacy', chainId: 31_337, nonce: 0, to, gas: 21_000n, gasPrice: 9n, data: '0x1234' },
  { type: 'legacy', nonce: 0, gas: 21_000n, gasPrice: 9n, data: '0x1234' },
  { type: 'eip2930', chainId: 1, nonce: 1, to, gasPrice: 2n, accessList: [{ address: to, storageKeys: [] }] },
  blob as TransactionSerializable,
])('a transaction of type $type has the same bytes', async (transaction) => {
  const key = generatePrivateKey()

  const signed = await quickAccount(key).signTransaction(transaction)

  expect(signed).toBe(await privateKeyToAccount(key).signTransaction(transaction))
})

test('what is no key is refused', () => {
  expect(() => quickAccount('0x12')).toThrow('private key')
  expect(() => quickAccount(`0x${'00'.repeat(32)}`)).toThrow('private key')
})

// Encryption of datasets, against node's own ciphers and bytes that openssl made.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import fixture from '../../test/encryption.json' with { type: 'json' }
import {
  computeChecksum,
  decryptDataset,
  decryptDatasetStream,
  encryptDataset,
  encryptDatasetStream,
  generateDatasetKey,
  type FileTransform,
} from './encryptDataset.ts'

const key = randomBytes(32)
const KEY = key.toString('base64')
const anyFile = fc.uint8Array({ maxLength: 200 })
const anyCuts = fc.array(fc.nat(40), { maxLength: 12 })

function decryptByNode(encrypted: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', key, encrypted.subarray(0, 16))
  return Buffer.concat([decipher.update(encrypted.subarray(16)), decipher.final()])
}

function encryptByNode(file: Uint8Array): Buffer {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  return Buffer.concat([iv, cipher.update(file), cipher.final()])
}

/** What comes out when a file goes in piece by piece. */
async function pass(file: Uint8Array, cuts: readonly number[], transform: FileTransform): Promise<Buffer> {
  let at = 0
  const pieces = [...cuts, file.length].map((size) => file.subarray(at, (at += size)))
  const source = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  const out: Uint8Array[] = []
  for await (const piece of source.pipeThrough(transform)) out.push(piece)
  return Buffer.concat(out)
}

test('a key is 32 random bytes in base64', () => {
  expect(Buffer.from(generateDatasetKey(), 'base64')).toHaveLength(32)
  expect(generateDatasetKey()).not.toBe(generateDatasetKey())
})

test('what is encrypted is an IV and AES-256-CBC, whole or piece by piece, as any library reads it', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, anyCuts, async (file, cuts) => {
      expect(decryptByNode(await encryptDataset(file, KEY))).toEqual(Buffer.from(file))
      expect(decryptByNode(await pass(file, cuts, encryptDatasetStream(KEY)))).toEqual(Buffer.from(file))
    }),
  )
})

test('what any library encrypted is decrypted, whole or piece by piece', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, anyCuts, async (file, cuts) => {
      const encrypted = encryptByNode(file)

      expect(Buffer.from(await decryptDataset(encrypted, KEY))).toEqual(Buffer.from(file))
      expect(await pass(encrypted, cuts, decryptDatasetStream(KEY))).toEqual(Buffer.from(file))
    }),
  )
})

test('what openssl encrypted is decrypted', async () => {
  const file = await decryptDataset(new Blob([Buffer.from(fixture.encryptedDataset, 'base64')]), fixture.datasetKey)

  expect(new TextDecoder().decode(file)).toBe(fixture.dataset)
})

test('the checksum is sha256 of the ciphertext', async () => {
  const encrypted = await encryptDataset(randomBytes(100), KEY)

  expect(await computeChecksum(encrypted)).toBe(`0x${createHash('sha256').update(encrypted).digest('hex')}`)
})

test('a file that was cut, and a key that is none, are refused', async () => {
  const encrypted = await encryptDataset(randomBytes(100), KEY)

  await expect(decryptDataset(encrypted.subarray(0, 50), KEY)).rejects.toMatchObject({ code: 'DecryptionFailed' })
  await expect(pass(encrypted.subarray(0, 50), [7], decryptDatasetStream(KEY))).rejects.toMatchObject({
    code: 'DecryptionFailed',
  })
  for (const bad of ['', 'not base64!', Buffer.alloc(31).toString('base64')]) {
    await expect(encryptDataset(encrypted, bad)).rejects.toMatchObject({ code: 'InvalidInput' })
  }
})

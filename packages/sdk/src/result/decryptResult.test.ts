// Encrypted results: of openssl, of node, in both forms, and everything that can be wrong with them.
import { constants, createCipheriv, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import fixture from '../../test/encryption.json' with { type: 'json' }
import { zipOf } from '../../test/storage.ts'
import { IexecError } from '../error/iexecError.ts'
import { decryptResult } from './decryptResult.ts'
import { generateEncryptionKeypair } from './encryptionKey.ts'
import { decryptPkcs1, readRsaKey } from './rsa.ts'

const { privateKey, publicKey } = fixture
const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))
const present = { 'aes-key.rsa': bytes(fixture.wrappedKey), 'iexec_out.zip.aes': bytes(fixture.encryptedResult) }
const former = { 'aes-key.rsa': fixture.legacyWrappedKey, 'iexec_out.zip.aes': fixture.legacyEncryptedResult }

function wrap(key: Uint8Array): Uint8Array {
  return new Uint8Array(publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key))
}

/** The key of another result. Of random ones, each of 256 would leave what looks like a padding, and decrypt to nonsense. */
const another = wrap(new Uint8Array(32).fill(7))

/** A block that only looks like a message: as the private key alone can make one, with any padding. */
function forge(block: Uint8Array): Uint8Array {
  const rsa = { key: publicKey, padding: constants.RSA_NO_PADDING }
  return new Uint8Array(publicEncrypt(rsa, block))
}

test.each([
  ['the present form', present],
  ['the former form, in base64', former],
  [
    'files in a folder',
    Object.fromEntries(Object.entries(present).map(([name, file]) => [`encrypted-iexec_out/${name}`, file])),
  ],
] as const)('a result that openssl encrypted is decrypted: %s', async (_, files) => {
  const result = await decryptResult(zipOf(files), privateKey)

  expect(new TextDecoder().decode(result)).toBe(fixture.result)
})

test('a key is read as PKCS #8, as PKCS #1, and as a key of WebCrypto', async () => {
  const fromPkcs8 = await readRsaKey(privateKey)

  expect(await readRsaKey(fixture.privateKeyPkcs1)).toEqual(fromPkcs8)
  await expect(readRsaKey('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----')).rejects.toMatchObject({
    code: 'InvalidInput',
  })
  await expect(readRsaKey(publicKey)).rejects.toMatchObject({ code: 'InvalidInput' })
})

test('a pair of 4,096 bits that was made here decrypts what node encrypts with it', async () => {
  const pair = await generateEncryptionKeypair()
  const [key, iv] = [randomBytes(32), randomBytes(16)]
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const files = {
    'aes-key.rsa': new Uint8Array(publicEncrypt({ key: pair.publicKey, padding: constants.RSA_PKCS1_PADDING }, key)),
    'iexec_out.zip.aes': new Uint8Array(Buffer.concat([iv, cipher.update('hello'), cipher.final()])),
  }

  expect(files['aes-key.rsa']).toHaveLength(512)
  expect(new TextDecoder().decode(await decryptResult(zipOf(files), pair.privateKey))).toBe('hello')
})

test('every length of message comes back, whatever the random padding', async () => {
  const rsa = await readRsaKey(privateKey)
  for (const length of [0, 1, 16, 32, 245]) {
    const message = randomBytes(length)

    expect(decryptPkcs1(rsa, wrap(message))).toEqual(new Uint8Array(message))
  }
})

test.each([
  ['a first byte that is not 0', (block: Uint8Array) => block.with(0, 1)],
  ['another type of block', (block: Uint8Array) => block.with(1, 1)],
  ['too little padding', (block: Uint8Array) => block.with(9, 0)],
  ['no end of the padding', (block: Uint8Array) => block.map((byte, place) => (place > 1 ? byte || 1 : byte))],
])('a message with %s is none, and the answer tells no more', async (_, spoil) => {
  const rsa = await readRsaKey(privateKey)
  const block = new Uint8Array(256).fill(7).with(0, 0).with(1, 2).with(223, 0)

  expect(decryptPkcs1(rsa, forge(block))).toHaveLength(32)
  expect(decryptPkcs1(rsa, forge(spoil(block)))).toBeUndefined()
  await expect(
    decryptResult(zipOf({ ...present, 'aes-key.rsa': forge(spoil(block)) }), privateKey),
  ).rejects.toMatchObject({
    code: 'DecryptionFailed',
    message: 'The result cannot be decrypted with this key.',
  })
})

test.each([
  ['another key', { ...present, 'aes-key.rsa': another }, 'DecryptionFailed'],
  ['a key of 20 bytes', { ...present, 'aes-key.rsa': wrap(randomBytes(20)) }, 'DecryptionFailed'],
  [
    'a result that was cut',
    { ...present, 'iexec_out.zip.aes': bytes(fixture.encryptedResult).subarray(0, 40) },
    'DecryptionFailed',
  ],
  ['a former result that was cut', { ...former, 'iexec_out.zip.aes': 'AAAA' }, 'DecryptionFailed'],
  ['no key', { 'iexec_out.zip.aes': 'x' }, 'BadAnswer'],
  ['a key file of 1,001 bytes', { ...present, 'aes-key.rsa': new Uint8Array(1001) }, 'BadAnswer'],
] as const)('an encrypted result with %s is refused', async (_, files, code) => {
  await expect(decryptResult(zipOf(files), privateKey)).rejects.toMatchObject({ code })
})

test('a result for somebody else stays closed', async () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })

  await expect(decryptResult(zipOf(present), String(other))).rejects.toMatchObject({ code: 'DecryptionFailed' })
})

/** All that an error tells. */
function wordsOf(error: unknown): object {
  if (!(error instanceof IexecError)) throw error
  const { code, message, hints, details, cause } = error
  return { code, message, hints, details, cause }
}

test('whatever does not fit, of the key or of the result, is told in the same words', async () => {
  const spoilt = [
    { ...present, 'aes-key.rsa': new Uint8Array(256) },
    { ...present, 'aes-key.rsa': another },
    { ...present, 'aes-key.rsa': wrap(randomBytes(20)) },
    { ...present, 'aes-key.rsa': wrap(randomBytes(16)) },
    { ...present, 'iexec_out.zip.aes': bytes(fixture.encryptedResult).subarray(0, 40) },
  ]

  const told = await Promise.all(
    spoilt.map(async (files) => decryptResult(zipOf(files), privateKey).catch((error: unknown) => wordsOf(error))),
  )

  expect(told.map((words) => JSON.stringify(words))).toEqual(spoilt.map(() => JSON.stringify(told[0])))
  expect(told[0]).toMatchObject({ code: 'DecryptionFailed' })
})

// Keystores: those that others wrote are read, ours are read by everybody, and hostile ones are refused before they cost anything.
import { expect, test } from 'vitest'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { asKeystore, decryptKey, encryptKey } from './keystore.ts'

/** A test vector of the standard. That for scrypt breaks the rules of scrypt: it is read by nobody who keeps to them. */
const PASSWORD = 'testpassword'
const KEY = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
const PBKDF2 = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: 'hmac-sha256',
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
  address: '008aeeda4d805471df9b2a5b0f38a0c3bcba786b',
}
const SCRYPT = {
  ...PBKDF2,
  crypto: { ...PBKDF2.crypto, kdf: 'scrypt', kdfparams: { dklen: 32, n: 4096, p: 6, r: 8, salt: 'ab' } },
}

function read(file: unknown): NonNullable<ReturnType<typeof asKeystore>> {
  const keystore = asKeystore(file)
  if (keystore === undefined) throw new Error('This should be a keystore.')
  return keystore
}

test('the vector of the standard is read', async () => {
  expect(await decryptKey(read(PBKDF2), PASSWORD)).toBe(KEY)
})

test('what is written is read again, also in the spelling of other wallets, and by nobody without the password', async () => {
  const key = generatePrivateKey()

  const { crypto, ...rest } = await encryptKey(key, 'pässword')

  expect(`0x${rest.address}`).toBe(privateKeyToAddress(key).toLowerCase())
  expect(await decryptKey(read({ ...rest, Crypto: crypto }), 'pässword')).toBe(key)
  await expect(decryptKey(read({ ...rest, crypto }), 'passwort')).rejects.toMatchObject({ code: 'WrongPassword' })
})

test.each([
  { n: 2 ** 23, r: 8, p: 1, dklen: 32, salt: '00' },
  { n: 2 ** 30, r: 8, p: 1, dklen: 32, salt: '00' },
  { n: 3, r: 8, p: 1, dklen: 16, salt: '00' },
  { n: 3, r: 8, p: 1, dklen: 32, salt: '00' },
  { n: 262144, r: 1, p: 8, dklen: 32, salt: '00' },
  { n: '262144', r: 8, p: 1, dklen: 32, salt: '00' },
])('parameters that cost more than a wallet should, or protect nothing, are refused at once: %j', async (kdfparams) => {
  const keystore = read({ ...SCRYPT, crypto: { ...SCRYPT.crypto, kdfparams } })

  await expect(decryptKey(keystore, PASSWORD)).rejects.toMatchObject({ code: 'BadFile' })
})

test.each([undefined, 'text', {}, { version: 3 }, { ...SCRYPT, version: 1 }, { ...SCRYPT, crypto: { cipher: 'x' } }])(
  'what is no keystore of version 3 is not taken for one: %j',
  (file) => {
    expect(asKeystore(file)).toBeUndefined()
  },
)

// Keystores: those that others wrote are read, ours are read by everybody, and hostile ones are refused before they cost anything.
import { createCipheriv, pbkdf2Sync } from 'node:crypto'
import { expect, test } from 'vitest'
import { keccak256, type Address } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { asKeystore, decryptKey, encryptKey, type LockedWallet } from './keystore.ts'

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

const OWNER = privateKeyToAddress(KEY)

function read(file: unknown, address: Address = OWNER): LockedWallet {
  const keystore = asKeystore(file)
  if (keystore === undefined) throw new Error('This should be a keystore.')
  return { path: 'wallets/mine', address, keystore }
}

test('the vector of the standard is read', async () => {
  expect(await decryptKey(read(PBKDF2), PASSWORD)).toBe(KEY)
})

test('what is written is read again, also in the spelling of other wallets, and by nobody without the password', async () => {
  const key = generatePrivateKey()
  const owner = privateKeyToAddress(key)

  const { crypto, ...rest } = await encryptKey(key, 'pässword')

  expect(`0x${rest.address}`).toBe(owner.toLowerCase())
  expect(await decryptKey(read({ ...rest, Crypto: crypto }, owner), 'pässword')).toBe(key)
  await expect(decryptKey(read({ ...rest, crypto }, owner), 'passwort')).rejects.toMatchObject({
    code: 'WrongPassword',
  })
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

/** Nobody's key, under the password: written by hand, because `encryptKey` takes none. */
function keystoreOfZero(): unknown {
  const [salt, iv] = ['ab', '00'.repeat(16)]
  const derived = pbkdf2Sync(PASSWORD, Buffer.from(salt, 'hex'), 1, 32, 'sha256')
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), Buffer.from(iv, 'hex'))
  const ciphertext = cipher.update(Buffer.alloc(32))
  const mac = keccak256(Buffer.concat([derived.subarray(16), ciphertext])).slice(2)
  const kdfparams = { c: 1, dklen: 32, prf: 'hmac-sha256', salt }
  const crypto = { ...PBKDF2.crypto, kdfparams, ciphertext: ciphertext.toString('hex'), cipherparams: { iv }, mac }
  return { ...PBKDF2, crypto }
}

test('a keystore that holds the key of another address than it says is refused with its path and both', async () => {
  const other = '0x00000000000000000000000000000000000000A1'

  await expect(decryptKey(read(PBKDF2, other), PASSWORD)).rejects.toMatchObject({
    code: 'BadFile',
    message: `wallets/mine cannot be read: it says that it is of ${other}, and its key is of ${OWNER}.`,
  })
})

test('a key of zero, and an iv that no cipher takes, are refused with the path', async () => {
  const cut = { ...PBKDF2.crypto, cipherparams: { iv: '00' } }

  await expect(decryptKey(read(keystoreOfZero()), PASSWORD)).rejects.toThrow(
    'wallets/mine cannot be read: what is under the password is no private key.',
  )
  await expect(decryptKey(read({ ...PBKDF2, crypto: cut }), PASSWORD)).rejects.toThrow('its iv has 1 bytes')
})

test.each([undefined, 'text', {}, { version: 3 }, { ...SCRYPT, version: 1 }, { ...SCRYPT, crypto: { cipher: 'x' } }])(
  'what is no keystore of version 3 is not taken for one: %j',
  (file) => {
    expect(asKeystore(file)).toBeUndefined()
  },
)

// A service gets its key from where it should, and from nowhere else.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { privateKeyToAddress } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readKey } from './key.ts'

// The vector of the standard.
const KEY = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
const OWNER = privateKeyToAddress(KEY)
const KEYSTORE = {
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

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'iexec-key-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function write(name: string, content: string, mode = 0o600): string {
  const file = join(folder, name)
  writeFileSync(file, content)
  chmodSync(file, mode)
  return file
}

test('a keystore is opened by the password of a file, or of the environment, whoever may read the keystore', async () => {
  const walletFile = write('keystore', JSON.stringify(KEYSTORE), 0o644)
  const passwordFile = write('password', 'testpassword\nsecond line')

  expect((await readKey({ walletFile, passwordFile })).address).toBe(OWNER)
  expect((await readKey({ walletFile, password: 'testpassword' })).address).toBe(OWNER)
  await expect(readKey({ walletFile, password: 'other' })).rejects.toThrow('This is not the password')
  await expect(readKey({ walletFile })).rejects.toThrow(
    'is under a password: name a file that holds it with --password-file.',
  )
})

test.each([KEY, KEY.slice(2), `${KEY}\n`])('a file may hold the key alone: %j', async (text) => {
  const keyFile = write('key', text)

  expect((await readKey({ keyFile })).address).toBe(OWNER)
})

test('an unencrypted wallet is a key, and so is a variable', async () => {
  const walletFile = write('wallet.json', JSON.stringify({ privateKey: KEY }))

  expect((await readKey({ walletFile })).address).toBe(OWNER)
  expect((await readKey({ key: KEY })).address).toBe(OWNER)
})

test.skipIf(process.platform === 'win32').each([0o640, 0o604, 0o620])(
  'a key or a password in a file of mode %o is refused, with what mends it',
  async (mode) => {
    const keyFile = write('shared', KEY, mode)
    const walletFile = write('shared.json', JSON.stringify({ privateKey: KEY }), mode)
    const keystore = write('locked', JSON.stringify(KEYSTORE))
    const passwordFile = write('open', 'testpassword', mode)

    await expect(readKey({ keyFile })).rejects.toThrow(`chmod 600 ${keyFile}`)
    await expect(readKey({ walletFile })).rejects.toThrow('may be read by others')
    await expect(readKey({ walletFile: keystore, passwordFile })).rejects.toThrow(`chmod 600 ${passwordFile}`)
  },
)

test('what is no key is refused without being shown', async () => {
  const keyFile = write('bad', 'secret words')

  const refused = readKey({ keyFile })

  await expect(refused).rejects.toThrow('is no private key')
  await expect(refused).rejects.not.toThrow('secret words')
  await expect(readKey({ key: `0x${'00'.repeat(32)}` })).rejects.toThrow('is no private key')
  await expect(readKey({ walletFile: write('none', '{}') })).rejects.toThrow('is no wallet')
  await expect(readKey({})).rejects.toThrow('There is no key: name its file with --key-file')
  await expect(readKey({ keyFile: join(folder, 'absent') })).rejects.toThrow('cannot be read')
})

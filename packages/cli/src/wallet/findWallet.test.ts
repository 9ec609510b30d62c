// Which wallet a command uses, and whose it is: said before a password is asked, and never by a trace.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findWallet } from './findWallet.ts'

const OWNER = '0x00000000000000000000000000000000000000A1'
const DIGITS = OWNER.slice(2).toLowerCase()
const FILE = `UTC--2026-01-01T00-00-00.000000000Z--${DIGITS}`
const CRYPTO = {
  cipher: 'aes-128-ctr',
  cipherparams: { iv: '' },
  ciphertext: '',
  kdf: 'scrypt',
  kdfparams: {},
  mac: '',
}

/** A keystore with one file. */
function keystoreWith(name: string, content: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-keystore-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  writeFileSync(join(folder, name), JSON.stringify(content))
  return folder
}

test('whose a keystore is, it says itself, or the name of its file', async () => {
  const named = keystoreWith(FILE, { version: 3, crypto: CRYPTO })
  const said = keystoreWith('mine.json', { version: 3, crypto: CRYPTO, address: DIGITS })

  expect(await findWallet(named, { keystoredir: 'local' })).toMatchObject({ address: OWNER })
  expect(await findWallet(said, { keystoredir: 'local', walletFile: 'mine.json' })).toMatchObject({ address: OWNER })
})

test.each([
  ['mine.json', { version: 3, crypto: CRYPTO }, 'does not say of which address its key is'],
  ['mine.json', { version: 3, crypto: CRYPTO, address: 'alice' }, 'says that it is of "alice", which is no address'],
  [FILE, { version: 3, crypto: CRYPTO, address: 'b2'.repeat(20) }, `and its name that it is of 0x${DIGITS}`],
  ['mine.json', { privateKey: `0x${'00'.repeat(32)}` }, 'is no wallet'],
] as const)('%s with %j is refused with its path: %s', async (name, content, says) => {
  const folder = keystoreWith(name, content)

  const found = findWallet(folder, { keystoredir: 'local', walletFile: name })

  await expect(found).rejects.toMatchObject({ code: 'BadFile' })
  await expect(found).rejects.toThrow(`${join(folder, name)} `)
  await expect(found).rejects.toThrow(says)
})

test.each(['0x12', '0x00000000000000000000000000000000000000aA'])(
  'a wallet is not looked for by %s, which is no address or has a typing error',
  async (walletAddress) => {
    await expect(findWallet('/', { walletAddress })).rejects.toMatchObject({ code: 'Usage' })
  },
)

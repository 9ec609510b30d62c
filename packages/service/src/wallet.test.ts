// The wallet of whoever types a command: which one is taken, and who is asked for its password.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { encryptKey } from './keystore.ts'
import { readAccount } from './wallet.ts'

const [inFolder, inEnvironment, locked] = [generatePrivateKey(), generatePrivateKey(), generatePrivateKey()] as const

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iexec-wallet-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  writeFileSync(join(folder, 'wallet.json'), JSON.stringify({ privateKey: inFolder }), { mode: 0o600 })
})

test('the wallet of the folder is taken, and a key in the variable of the command before it', async () => {
  const places = { folder, prefix: 'REGISTRY', ask: undefined }
  const [plain, told, other] = await Promise.all([
    readAccount({}, { ...places, env: {} }),
    readAccount({}, { ...places, env: { REGISTRY_KEY: inEnvironment } }),
    readAccount({}, { ...places, env: { WORKER_KEY: inEnvironment } }),
  ])

  expect(plain.address).toBe(privateKeyToAddress(inFolder))
  expect(told.address).toBe(privateKeyToAddress(inEnvironment))
  expect(other.address).toBe(privateKeyToAddress(inFolder))
})

test('a password is asked for when the wallet has one and nobody gave it', async () => {
  const walletFile = join(folder, 'locked.json')
  writeFileSync(walletFile, JSON.stringify(await encryptKey(locked, 'open sesame')))
  const asked: string[] = []
  const ask = async (question: string): Promise<string> => {
    asked.push(question)
    return Promise.resolve('open sesame')
  }
  const places = { folder, prefix: 'REGISTRY', env: {} }

  expect((await readAccount({ walletFile }, { ...places, ask })).address).toBe(privateKeyToAddress(locked))
  await readAccount({}, { ...places, ask })
  expect(asked).toEqual([`Password of ${walletFile}: `])
  await expect(readAccount({ walletFile }, { ...places, ask: undefined })).rejects.toThrow('is under a password')
  const env = { REGISTRY_PASSWORD: 'wrong' }
  await expect(readAccount({ walletFile }, { ...places, env, ask: undefined })).rejects.toThrow('not the password')
})

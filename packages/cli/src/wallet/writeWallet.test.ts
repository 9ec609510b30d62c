// Files with keys: whose they are, and that no key is lost on the way.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeOpenWallet } from './writeWallet.ts'

const KEY = `0x${'11'.repeat(32)}` as const

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-wallet-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

test('a wallet that replaces one is read by its owner alone, whoever could read the old one', async () => {
  const folder = newFolder()
  const path = join(folder, 'wallet.json')
  writeFileSync(path, '{}')
  chmodSync(path, 0o644)

  await writeOpenWallet(folder, KEY, true)

  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8')).toContain(KEY)
  expect(readdirSync(folder)).toEqual(['wallet.json'])
})

test('without force an old wallet stays as it is', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'wallet.json'), 'old')

  const written = writeOpenWallet(folder, KEY, false)

  await expect(written).rejects.toThrow('There is a wallet already')
  expect(readFileSync(join(folder, 'wallet.json'), 'utf8')).toBe('old')
})

test('what cannot be replaced leaves no key beside it', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'wallet.json'))

  const written = writeOpenWallet(folder, KEY, true)

  await expect(written).rejects.toThrow('The wallet cannot be written')
  expect(readdirSync(folder)).toEqual(['wallet.json'])
})

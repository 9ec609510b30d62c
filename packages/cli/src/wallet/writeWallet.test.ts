// Files with keys: whose they are, and that no key is lost on the way.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { writeOpenWallet } from './writeWallet.ts'

const KEY = `0x${'11'.repeat(32)}` as const

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iexec-wallet-'))
  vi.stubEnv('HOME', folder)
  onTestFinished(() => {
    vi.unstubAllEnvs()
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
  expect(readdirSync(folder).filter((name) => name !== '.iexec')).toEqual(['wallet.json'])
})

test('without force an old wallet stays as it is', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'wallet.json'), 'old')

  const written = writeOpenWallet(folder, KEY, false)

  await expect(written).rejects.toThrow('There is a wallet already')
  expect(readFileSync(join(folder, 'wallet.json'), 'utf8')).toBe('old')
})

test('of two that make a wallet at once, one is told that there is one, and no key is lost', async () => {
  const folder = newFolder()
  const keys = [KEY, `0x${'22'.repeat(32)}`] as const

  const written = await Promise.allSettled(keys.map(async (key) => writeOpenWallet(folder, key, false)))

  const kept = written.filter(({ status }) => status === 'fulfilled')
  expect(kept).toHaveLength(1)
  expect(readFileSync(join(folder, 'wallet.json'), 'utf8')).toContain(
    written[0]?.status === 'fulfilled' ? keys[0] : keys[1],
  )
})

test('what cannot be replaced leaves no key beside it', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'wallet.json'))

  const written = writeOpenWallet(folder, KEY, true)

  await expect(written).rejects.toThrow('wallet.json cannot be written: ')
  expect(readdirSync(folder).filter((name) => name !== '.iexec')).toEqual(['wallet.json'])
})

// What node compiled once is believed only where nobody else can have put it.
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findCompileCache } from './compileCache.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'))
})
afterEach(() => {
  rmSync(home, { recursive: true })
})

test('it is a folder in the home of its user, for him alone', () => {
  const folder = findCompileCache(home)

  expect(folder).toBe(join(home, '.iexec/cache/compiled'))
  expect(statSync(folder ?? '').mode & 0o777).toBe(0o700)
  expect(findCompileCache(home)).toBe(folder)
})

test('a folder into which others can write is not used', () => {
  chmodSync(findCompileCache(home) ?? '', 0o777)

  expect(findCompileCache(home)).toBeUndefined()
})

test.skipIf(process.getuid?.() !== 0)('a folder of somebody else is not used', () => {
  chownSync(findCompileCache(home) ?? '', 12_345, 12_345)

  expect(findCompileCache(home)).toBeUndefined()
})

test('a link to another place is not followed, and where no folder can be there is none', () => {
  mkdirSync(join(home, '.iexec/cache'), { recursive: true })
  symlinkSync(tmpdir(), join(home, '.iexec/cache/compiled'))
  writeFileSync(join(home, 'file'), '')

  expect(findCompileCache(home)).toBeUndefined()
  expect(findCompileCache(join(home, 'file'))).toBeUndefined()
})

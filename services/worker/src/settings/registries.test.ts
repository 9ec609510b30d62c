// Logins are read as Docker writes them.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRegistries } from './registries.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'iexec-registries-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function write(content: unknown, mode = 0o600): string {
  const file = join(folder, 'config.json')
  writeFileSync(file, JSON.stringify(content))
  chmodSync(file, mode)
  return file
}

test('names, passwords with colons and tokens are found by the host of their registry', () => {
  const auth = Buffer.from('me:a:b').toString('base64')
  const file = write({
    auths: {
      'https://index.docker.io/v1/': { auth },
      'registry.example:5000': { identitytoken: 'token' },
      'helped.example': {},
    },
    credsStore: 'desktop',
  })

  expect(readRegistries(file)).toEqual({
    'docker.io': { username: 'me', password: 'a:b' },
    'registry.example:5000': { identityToken: 'token' },
  })
  expect(readRegistries(undefined)).toEqual({})
})

test.skipIf(process.platform === 'win32')('a file that others may read is refused, and nothing of it is shown', () => {
  const file = write({ auths: { 'a.example': { auth: 'c2VjcmV0' } } }, 0o644)

  expect(() => readRegistries(file)).toThrow('may be read by others')
  expect(() => readRegistries(write('secret'))).toThrow(/^\S+ is no file of docker login: it has no "auths"\.$/u)
})

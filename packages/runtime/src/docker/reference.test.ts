// References are read strictly, because they become part of paths.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseReference } from './reference.ts'

const DIGEST = `sha256:${'ab'.repeat(32)}`

test.each([
  ['busybox', { registry: 'docker.io', name: 'busybox' }],
  ['owner/app:1.0', { registry: 'docker.io', name: 'owner/app', tag: '1.0' }],
  ['docker.io/owner/app', { registry: 'docker.io', name: 'docker.io/owner/app' }],
  ['localhost/app', { registry: 'localhost', name: 'localhost/app' }],
  ['127.0.0.1:5000/a/b__c.d-e:T_1', { registry: '127.0.0.1:5000', name: '127.0.0.1:5000/a/b__c.d-e', tag: 'T_1' }],
  [`ghcr.io/a/b:1@${DIGEST}`, { registry: 'ghcr.io', name: 'ghcr.io/a/b', tag: '1', digest: DIGEST }],
  [`GHCR.io/a@${DIGEST}`, { registry: 'GHCR.io', name: 'GHCR.io/a', digest: DIGEST }],
])('%s is read', (text, expected) => {
  const reference = parseReference(text)

  expect(reference).toEqual(expected)
})

test.each([
  '',
  '..',
  '../containers/x',
  'a/../b',
  'a//b',
  '/a',
  'a/',
  'a:',
  'a:b:c',
  'a b',
  'a?x=1',
  'a#x',
  'a%2e',
  'Owner/app',
  'https://ghcr.io/a',
  'a@sha256:12',
  'a@md5:12',
  `a\n`,
  `a@${DIGEST}x`,
  'a'.repeat(513),
])('%j is refused', (text) => {
  const reference = parseReference(text)

  expect(reference).toBeUndefined()
})

test('no name that is read leaves its place in a path', () => {
  const characters = fc.string({ unit: fc.constantFrom(...Array.from('aB0._-/:@%?#\\ \n')) })

  fc.assert(
    fc.property(characters, (text) => {
      const reference = parseReference(text)

      const path = `/images/${reference?.name ?? 'none'}/json`
      expect(new URL(path, 'http://engine').pathname).toBe(path)
      expect(path).not.toMatch(/\/\.|[^\w./:-]/u)
    }),
  )
})

// Names of images, as Docker understands them.
import { expect, test } from 'vitest'
import { parseReference, writeReference } from './reference.ts'

const HEX = 'ab'.repeat(32)

test.each([
  ['alpine', { registry: 'docker.io', repository: 'library/alpine', tag: 'latest' }],
  ['alpine:3.20', { registry: 'docker.io', repository: 'library/alpine', tag: '3.20' }],
  ['me/app', { registry: 'docker.io', repository: 'me/app', tag: 'latest' }],
  ['docker.io/alpine:3', { registry: 'docker.io', repository: 'library/alpine', tag: '3' }],
  ['index.docker.io/me/app:1', { registry: 'docker.io', repository: 'me/app', tag: '1' }],
  ['ghcr.io/me/team/app:v1.0-rc_1', { registry: 'ghcr.io', repository: 'me/team/app', tag: 'v1.0-rc_1' }],
  ['localhost/app', { registry: 'localhost', repository: 'app', tag: 'latest' }],
  ['localhost:5000/app', { registry: 'localhost:5000', repository: 'app', tag: 'latest' }],
  ['127.0.0.1:5000/me/app:2', { registry: '127.0.0.1:5000', repository: 'me/app', tag: '2' }],
  ['[::1]:5000/app:2', { registry: '[::1]:5000', repository: 'app', tag: '2' }],
])('%s is %o', (name, parts) => {
  expect(parseReference(name)).toEqual({ ...parts, digest: undefined })
})

test('a digest stands for itself, and beside a tag', () => {
  expect(parseReference(`me/app@sha256:${HEX}`)).toMatchObject({ tag: undefined, digest: `0x${HEX}` })
  expect(parseReference(`me/app:1@sha256:${HEX}`)).toMatchObject({ tag: '1', digest: `0x${HEX}` })
})

test.each([
  ['', /no name/u],
  ['Me/App:1', /lower case: me\/app/u],
  ['me//app', /no name of an image/u],
  ['me/app:', /no tag/u],
  ['me/app:a b', /no tag/u],
  ['me/app@sha256:12', /64 hex digits/u],
  [`me/app@sha512:${HEX}`, /64 hex digits/u],
  ['a@b@c', /more than one @/u],
  ['https://hub.docker.com/r/me/app', /Its name is me\/app/u],
  ['https://hub.docker.com/r/me/app/tags', /Its name is me\/app/u],
  ['docker://me/app:1', /without what stands before/u],
  ['-x.y/app', /no host/u],
])('"%s" is refused with what to write instead', (name, hint) => {
  expect(() => parseReference(name)).toThrow(
    expect.objectContaining({ code: 'BadFile', hints: expect.arrayContaining([expect.stringMatching(hint)]) }),
  )
})

test('what was taken apart is written as people write it', () => {
  expect(writeReference(parseReference('docker.io/library/alpine'))).toBe('alpine:latest')
  expect(writeReference(parseReference('localhost:5000/app:2'))).toBe('localhost:5000/app:2')
})

// Whose fault a failed download is, by the words that engines and registries use.
import { expect, test } from 'vitest'
import { judgePull, statusOf, wordsOf } from './faults.ts'

test.each([
  ['manifest for 127.0.0.1:5000/a@sha256:12 not found: manifest unknown: manifest unknown', true],
  ['pull access denied for a, repository does not exist or may require docker login', true],
  ['unauthorized: authentication required', true],
  ['Get "http://127.0.0.1:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused', false],
  ['received unexpected HTTP status: 503 Service Unavailable', false],
  ['unexpected EOF', false],
])('%j means that the image cannot be had, and that it is final: %s', (words, isFinal) => {
  const failure = judgePull(words)

  expect(failure).toEqual({ kind: 'APP_IMAGE_DOWNLOAD_FAILED', isFinal })
})

test.each([
  'manifest verification failed for digest sha256:12',
  'unsupported media type application/vnd.wasm.config.v0+json',
])('%j means that the image is refused', (words) => {
  const failure = judgePull(words)

  expect(failure).toEqual({ kind: 'APP_IMAGE_REFUSED', isFinal: true })
})

test.each([
  'failed to register layer: write /x: no space left on device',
  'toomanyrequests: You have reached your unauthenticated pull rate limit.',
  'no matching manifest for linux/amd64 in the manifest list entries',
  'image operating system "windows" cannot be used on this platform',
])('%j is true of this machine alone, so nobody votes for it', (words) => {
  expect(judgePull(words)).toEqual({ kind: 'machine' })
})

test('the words of the engine stand without the frame of the library', () => {
  const error = Object.assign(new Error('(HTTP code 404) no such image - No such image: a-b:latest '), {
    statusCode: 404,
  })

  expect(wordsOf(error)).toBe('No such image: a-b:latest')
  expect(statusOf(error)).toBe(404)
  expect(statusOf(new Error('connect ECONNREFUSED'))).toBeUndefined()
})

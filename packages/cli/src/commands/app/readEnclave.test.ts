// What iexec.json may say of an enclave: it is registered for good.
import { stringToHex } from 'viem'
import { expect, test } from 'vitest'
import { readEnclave } from './readEnclave.ts'

const ENCLAVE = {
  framework: 'SCONE',
  version: 'v5',
  entrypoint: 'python /app/app.py',
  heapSize: 1_073_741_824,
  fingerprint: 'c5'.repeat(32),
}

function readOf(mrenclave: unknown): string | undefined {
  return readEnclave({ place: 'iexec.json: app', values: { mrenclave } })
}

test('an enclave is written as an object, as its JSON, as hex, or in the form of former years', () => {
  const text = JSON.stringify(ENCLAVE)
  const { heapSize: _heapSize, ...gramine } = { ...ENCLAVE, framework: 'GRAMINE' }

  expect([readOf(ENCLAVE), readOf(text)]).toEqual([stringToHex(text), stringToHex(text)])
  expect(readOf('0x1234')).toBe('0x1234')
  expect(readOf('scone|v5|entry|c5c5')).toBe(stringToHex('scone|v5|entry|c5c5'))
  expect(readOf(gramine)).toBe(stringToHex(JSON.stringify(gramine)))
  expect([readOf(undefined), readOf('')]).toEqual([undefined, undefined])
})

test.each([
  { given: { framework: 'nope' }, says: 'app.mrenclave.framework is "nope", and must be SCONE, GRAMINE, TDX' },
  { given: { ...ENCLAVE, framework: undefined }, says: 'app.mrenclave.framework is missing' },
  { given: { ...ENCLAVE, provider: 'SCONE' }, says: 'mean the same' },
  { given: { ...ENCLAVE, heapsize: 1 }, says: 'has a key "heapsize"' },
  { given: { ...ENCLAVE, entrypoint: '' }, says: 'app.mrenclave.entrypoint is ""' },
  { given: { ...ENCLAVE, heapSize: 0 }, says: 'app.mrenclave.heapSize is 0' },
  { given: { ...ENCLAVE, fingerprint: 'c5' }, says: 'app.mrenclave.fingerprint is "c5"' },
  { given: JSON.stringify({ framework: 'TDX' }), says: 'app.mrenclave.version is missing' },
  { given: 'scone', says: 'app.mrenclave is "scone", and must be an object' },
  { given: [], says: 'must be an object' },
  { given: 1, says: 'must be an object' },
])('$given is refused: $says', ({ given, says }) => {
  expect(() => readOf(given)).toThrow(says)
})

// What enclaves signed, in all forms that it has had.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEnclaveSignature } from './enclaveSignature.ts'

const R = `${'ab'.repeat(31)}01`
const S = `00${'cd'.repeat(30)}02`
const DIGEST = `0x${'12'.repeat(32)}`
const signature = `0x${R}${S}1c`

test('five lines of January 2019', () => {
  expect(parseEnclaveSignature(`0xhash\n0xseal\n28\n0x${R}\n0x${S}\n`)).toEqual({ signature })
  expect(parseEnclaveSignature(`a\r\nb\r\n28\r\n${R}\r\n${S.replace(/^00/u, '')}`)).toEqual({ signature })
})

test('JSON of 2019 with the parts of the signature', () => {
  const text = JSON.stringify({ digest: DIGEST, hash: '0x', seal: '0x', sign: { v: 28, r: `0x${R}`, s: `0x${S}` } })

  expect(parseEnclaveSignature(text)).toEqual({ digest: DIGEST, signature })
  expect(parseEnclaveSignature(text.replace('28', '1'))).toEqual({ digest: DIGEST, signature })
})

test('JSON of SCONE, and of today', () => {
  expect(parseEnclaveSignature(JSON.stringify({ result: DIGEST, resultHash: '', resultSalt: '', signature }))).toEqual({
    digest: DIGEST,
    signature,
  })
  expect(parseEnclaveSignature(JSON.stringify({ 'result-digest': DIGEST, 'enclave-signature': signature }))).toEqual({
    digest: DIGEST,
    signature,
  })
})

test.each(['', '{}', 'null', '[]', '{"signature":"0x12"}', 'a\nb\n\n\n', `a\nb\n29\n${R}\n${S}`])(
  '%j is no signature',
  (text) => {
    expect(parseEnclaveSignature(text)).toBeUndefined()
  },
)

test('any text is answered, and never thrown at', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const found = parseEnclaveSignature(text)

      expect(found === undefined || found.signature.length === 132).toBe(true)
    }),
  )
})

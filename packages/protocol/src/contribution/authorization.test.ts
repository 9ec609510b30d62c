import * as fc from 'fast-check'
import { privateKeyToAccount } from 'viem/accounts'
import { encodePacked, hashMessage, keccak256, recoverAddress } from 'viem/utils'
import { expect, test } from 'vitest'
import { anyAddress, anyBytes32 } from '../../test/arbitraries.ts'
import { asTaskId } from '../ids.ts'
import {
  NO_CHALLENGE,
  authorizationHash,
  authorizationMessageHash,
  enclaveHash,
  enclaveMessageHash,
  signedMessageHash,
} from './authorization.ts'

const anyTask = anyBytes32.map(asTaskId)
const task = asTaskId(`0x${'11'.repeat(32)}`)

test('an authorisation hashes the packed worker, task and challenge', () => {
  fc.assert(
    fc.property(anyAddress, anyTask, anyAddress, (worker, anyId, challenge) => {
      const hash = keccak256(encodePacked(['address', 'bytes32', 'address'], [worker, anyId, challenge]))

      expect(authorizationHash(worker, anyId, challenge)).toBe(hash)
      expect(authorizationMessageHash(worker, anyId, challenge)).toBe(hashMessage({ raw: hash }))
    }),
  )
})

test('an enclave signs the packed hash and seal', () => {
  fc.assert(
    fc.property(anyBytes32, anyBytes32, (hash, seal) => {
      const packed = keccak256(encodePacked(['bytes32', 'bytes32'], [hash, seal]))

      expect(enclaveHash({ resultHash: hash, resultSeal: seal })).toBe(packed)
      expect(enclaveMessageHash({ resultHash: hash, resultSeal: seal })).toBe(hashMessage({ raw: packed }))
    }),
  )
})

test('the prefixed form is what a wallet signs', async () => {
  const scheduler = privateKeyToAccount(`0x${'42'.repeat(32)}`)
  const hash = authorizationHash(scheduler.address, task, NO_CHALLENGE)

  const signature = await scheduler.signMessage({ message: { raw: hash } })

  expect(await recoverAddress({ hash: signedMessageHash(hash), signature })).toBe(scheduler.address)
})

test('malformed values have no hash', () => {
  const worker = `0x${'aa'.repeat(20)}` as const

  expect(() => authorizationHash(worker, task, '0x')).toThrow(expect.objectContaining({ code: 'InvalidAddress' }))
  expect(() => signedMessageHash('0x1234')).toThrow(expect.objectContaining({ code: 'InvalidBytes32' }))
})

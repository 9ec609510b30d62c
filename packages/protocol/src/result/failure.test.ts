import { sha256, stringToHex } from 'viem/utils'
import { expect, test } from 'vitest'
import { FAILURE_CAUSES, failureDigest, findFailure } from './failure.ts'

test('the digest of a failure is the sha256 of its cause, and tells the cause again', () => {
  for (const cause of FAILURE_CAUSES) {
    const digest = failureDigest(cause)

    expect(digest).toBe(sha256(stringToHex(cause)))
    expect(findFailure(digest)).toBe(cause)
  }
  expect(failureDigest('APP_EXITED')).toBe('0xecc5b0a4be977b12cf6cc3e2a0d0032ca7531e63b8f4b34cdf239ac70b0093e3')
})

test('any other digest, and none, is no failure', () => {
  expect(findFailure(sha256(stringToHex('APP_EXITED\n')))).toBeUndefined()
  expect(findFailure(undefined)).toBeUndefined()
})

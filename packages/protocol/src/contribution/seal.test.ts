import * as fc from 'fast-check'
import { encodePacked, keccak256 } from 'viem/utils'
import { expect, test } from 'vitest'
import { anyAddress, anyBytes32 } from '../../test/arbitraries.ts'
import { asTaskId } from '../ids.ts'
import { resultHash, resultSeal, sealVote } from './seal.ts'

const anyTask = anyBytes32.map(asTaskId)
const task = asTaskId(`0x${'11'.repeat(32)}`)

test('a vote hashes the packed task and digest, and its seal the worker too', () => {
  fc.assert(
    fc.property(anyAddress, anyTask, anyBytes32, (worker, anyId, digest) => {
      const hash = keccak256(encodePacked(['bytes32', 'bytes32'], [anyId, digest]))
      const seal = keccak256(encodePacked(['address', 'bytes32', 'bytes32'], [worker, anyId, digest]))

      expect(resultHash(anyId, digest)).toBe(hash)
      expect(resultSeal(worker, anyId, digest)).toBe(seal)
      expect(sealVote(worker, anyId, digest)).toEqual({ resultHash: hash, resultSeal: seal })
    }),
  )
})

test('two workers with the same result have one hash and two seals', () => {
  fc.assert(
    fc.property(anyAddress, anyAddress, anyBytes32, (one, other, digest) => {
      fc.pre(one !== other)

      expect(sealVote(one, task, digest).resultHash).toBe(sealVote(other, task, digest).resultHash)
      expect(sealVote(one, task, digest).resultSeal).not.toBe(sealVote(other, task, digest).resultSeal)
    }),
  )
})

test('malformed values have no hash', () => {
  expect(() => resultHash(task, '0x')).toThrow(expect.objectContaining({ code: 'InvalidBytes32' }))
  expect(() => resultSeal('0x', task, task)).toThrow(expect.objectContaining({ code: 'InvalidAddress' }))
})

// A worker's vote: a hash that is the same for all who have the result, and a seal that only its owner can have made.
import type { Address, Hex } from 'viem'
import { keccak256 } from 'viem/utils'
import type { TaskId } from '../ids.ts'
import { addressDigits, bytes32Word } from '../words.ts'

/** The two values of a contribution. */
export type Vote = { readonly resultHash: Hex; readonly resultSeal: Hex }

/**
 * What is voted on: keccak256(task id ‖ digest), equal for all workers with the same result.
 *
 * @throws InputError when the id or the digest is not 32 bytes
 */
export function resultHash(task: TaskId, digest: Hex): Hex {
  return keccak256(`0x${bytes32Word(task)}${bytes32Word(digest)}`)
}

/**
 * What makes a vote impossible to copy: keccak256(worker ‖ task id ‖ digest) needs the digest, which stays secret until
 * the reveal.
 *
 * @throws InputError when the worker is not an address, or the id or the digest not 32 bytes
 */
export function resultSeal(worker: Address, task: TaskId, digest: Hex): Hex {
  return keccak256(`0x${addressDigits(worker)}${bytes32Word(task)}${bytes32Word(digest)}`)
}

/**
 * The vote of one worker for one digest.
 *
 * @throws InputError when the worker is not an address, or the id or the digest not 32 bytes
 * @example
 * const { resultHash, resultSeal } = sealVote(worker, task, digest)
 */
export function sealVote(worker: Address, task: TaskId, digest: Hex): Vote {
  return { resultHash: resultHash(task, digest), resultSeal: resultSeal(worker, task, digest) }
}

// The two signatures that a contribution carries: the scheduler's permission, and the enclave's word for the result.
import type { Address, Hex } from 'viem'
import { keccak256, stringToHex } from 'viem/utils'
import type { TaskId } from '../ids.ts'
import { NO_ADDRESS } from '../order/terms.ts'
import { addressDigits, bytes32Word } from '../words.ts'
import type { Vote } from './seal.ts'

/** Enclave challenge of a contribution without a TEE. */
export const NO_CHALLENGE: Address = NO_ADDRESS

const PREFIX = stringToHex('\x19Ethereum Signed Message:\n32')

/**
 * Hash of the permission by which a scheduler lets one worker contribute to one task, before the prefix of messages:
 * keccak256(worker ‖ task id ‖ enclave challenge).
 *
 * @param enclaveChallenge address of the key that only the enclave knows; `NO_CHALLENGE` without a TEE
 * @throws InputError when one of the values is malformed
 * @example
 * await scheduler.signMessage({ message: { raw: authorizationHash(worker, task, NO_CHALLENGE) } })
 */
export function authorizationHash(worker: Address, task: TaskId, enclaveChallenge: Address): Hex {
  return keccak256(`0x${addressDigits(worker)}${bytes32Word(task)}${addressDigits(enclaveChallenge)}`)
}

/**
 * Hash of what the enclave signs, before the prefix of messages: keccak256(result hash ‖ result seal).
 *
 * @throws InputError when one of them is not 32 bytes
 * @example
 * await enclaveKey.signMessage({ message: { raw: enclaveHash(sealVote(worker, task, digest)) } })
 */
export function enclaveHash({ resultHash, resultSeal }: Vote): Hex {
  return keccak256(`0x${bytes32Word(resultHash)}${bytes32Word(resultSeal)}`)
}

/**
 * The EIP-191 form of a hash, which is what ECDSA really signs and what the hub verifies:
 * keccak256("\x19Ethereum Signed Message:\n32" ‖ hash).
 *
 * A wallet's `signMessage` does this by itself; recovering a signer from a signature needs it.
 *
 * @throws InputError `InvalidBytes32` when the hash is not 32 bytes
 */
export function signedMessageHash(hash: Hex): Hex {
  return keccak256(`${PREFIX}${bytes32Word(hash)}`)
}

/**
 * What the scheduler's authorisation is a signature over: the EIP-191 form of `authorizationHash`.
 *
 * @throws InputError when one of the values is malformed
 */
export function authorizationMessageHash(worker: Address, task: TaskId, enclaveChallenge: Address): Hex {
  return signedMessageHash(authorizationHash(worker, task, enclaveChallenge))
}

/**
 * What the enclave's signature is over: the EIP-191 form of `enclaveHash`.
 *
 * @throws InputError when the vote is malformed
 */
export function enclaveMessageHash(vote: Vote): Hex {
  return signedMessageHash(enclaveHash(vote))
}

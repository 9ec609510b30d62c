// The digest of a result: 32 bytes that workers with the same result share.
import type { Hex } from 'viem'
import { concat, keccak256 } from 'viem/utils'
import { bytes32Word } from '../words.ts'

/**
 * Digest of a result that goes to a contract: keccak256 of the callback bytes. The hub checks it at finalize.
 *
 * Empty callback data hashes too, but fails a task that has a callback: whoever runs the app refuses it before.
 *
 * @example
 * callbackDigest('0x1234') // '0x56570de2…'
 */
export function callbackDigest(callback: Hex): Hex {
  return keccak256(callback)
}

/**
 * Digest of a result that is a folder: keccak256 of the sha256 of each of its files, one after the other.
 *
 * The files are the direct children of the folder, sorted by path; folders inside count for nothing. A result that is one
 * file has no function here: its digest is the sha256 of the file itself.
 *
 * @param fileSha256s one sha256 per file, in the order of the paths
 * @throws InputError `InvalidBytes32` when one is not 32 bytes
 * @example
 * directoryDigest([sha256(first), sha256(second)])
 */
export function directoryDigest(fileSha256s: readonly Hex[]): Hex {
  return keccak256(concat(['0x', ...fileSha256s.map((hash): Hex => `0x${bytes32Word(hash)}`)]))
}

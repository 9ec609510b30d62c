// How a task fails although its workers agree: they vote for its cause, and for nothing that honest workers could see otherwise.
import type { Hex } from 'viem'
import { sha256, stringToHex } from 'viem/utils'

/**
 * Why a task has no result: what the deal says cannot be run by anybody; app, dataset or inputs could not be had; the app ended
 * badly; what it left breaks the rules.
 */
export const FAILURE_CAUSES = [
  'PARAMS_REFUSED',
  'APP_IMAGE_DOWNLOAD_FAILED',
  'APP_IMAGE_REFUSED',
  'DATASET_FILE_DOWNLOAD_FAILED',
  'DATASET_FILE_BAD_CHECKSUM',
  'INPUT_FILES_DOWNLOAD_FAILED',
  'APP_EXITED',
  'APP_OUT_OF_MEMORY',
  'APP_TIMEOUT',
  'APP_DISK_FULL',
  'APP_TRAPPED',
  'RESULT_REFUSED',
] as const

/** One of `FAILURE_CAUSES`. */
export type FailureCause = (typeof FAILURE_CAUSES)[number]

/**
 * Digest for which workers vote when a task fails: sha256 of its cause.
 *
 * @example
 * failureDigest('APP_EXITED') // '0xecc5b0a4…'
 */
export function failureDigest(cause: FailureCause): Hex {
  return sha256(stringToHex(cause))
}

/**
 * The failure on which workers agreed, by the digest that they revealed; `undefined` for a result, or before anybody revealed.
 *
 * @example
 * findFailure(failureDigest('APP_TIMEOUT')) // 'APP_TIMEOUT'
 */
export function findFailure(digest: Hex | undefined): FailureCause | undefined {
  // Hashed once, when somebody asks: bags have thousands of tasks.
  causes ??= new Map(FAILURE_CAUSES.map((cause) => [failureDigest(cause), cause]))
  return digest === undefined ? undefined : causes.get(digest.toLowerCase())
}

let causes: ReadonlyMap<string, FailureCause> | undefined

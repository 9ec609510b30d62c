// What the contents of an asset must be like before anybody pays for registering them.
import type { Hex } from 'viem'
import { IexecError } from '../error/iexecError.ts'

/** @throws IexecError `InvalidInput` when a text is empty */
export function requireText(field: string, given: string): void {
  if (typeof given !== 'string' || given.trim() === '') throw invalidField(field, given, 'a text that is not empty')
}

/** @throws IexecError `InvalidInput` when it is no sha256 */
export function requireChecksum(given: Hex): void {
  if (!/^0x[\da-f]{64}$/iu.test(given)) throw invalidField('checksum', given, '0x and 64 hex digits')
}

/** The error of a field that is not what it must be. */
export function invalidField(field: string, given: unknown, wanted: string): IexecError {
  const shown = given === undefined ? 'missing' : JSON.stringify(given)
  return new IexecError('InvalidInput', `The ${field} is ${shown}, and must be ${wanted}.`, {
    details: { code: 'InvalidField', field, given },
  })
}

// The one error of this package: a stable code, one plain sentence, what to do about it, and the cause.
import { InputError } from '@iexec/protocol'
import type { ErrorCode } from './codes.ts'

/** What an error is made of, besides its code and its sentence. */
export type IexecErrorParts = {
  /** What to do about it; the most promising first. */
  readonly hints?: readonly string[]
  /** Values for programs: what was compared, what was asked. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * Whatever this package could not do.
 *
 * @example
 * try {
 *   await iexec.account.withdraw(amount)
 * } catch (error) {
 *   if (error instanceof IexecError && error.code === 'InsufficientFunds') console.log(error.message, error.hints)
 * }
 */
export class IexecError extends Error {
  override readonly name: string = 'IexecError'
  readonly code: ErrorCode
  readonly hints: readonly string[]
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, sentence: string, { hints = [], details = {}, cause }: IexecErrorParts = {}) {
    super(sentence, cause === undefined ? undefined : { cause })
    this.code = code
    this.hints = hints
    this.details = details
  }
}

/**
 * The same failure as an `IexecError`: what the rules of the protocol, or viem when it encodes a call, say of bad input becomes
 * `InvalidInput`; anything else that is none is a broken promise of ours, and stays what it is.
 */
export function asIexecError(error: unknown): unknown {
  if (isOfEncoding(error)) return new IexecError('InvalidInput', error.shortMessage, { cause: error })
  if (!(error instanceof InputError)) return error
  const { message, code, given, hint } = error
  return new IexecError('InvalidInput', message, { hints: [hint], details: { code, given }, cause: error })
}

function isOfEncoding(error: unknown): error is Error & { readonly shortMessage: string } {
  return error instanceof Error && /^(InvalidAddress|IntegerOutOfRange|AbiEncoding)/u.test(error.name)
}

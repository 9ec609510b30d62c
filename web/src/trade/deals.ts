// Which deals an action makes, as its address tells: those that may come to be stay there, what was refused leaves.
import type { Hex } from 'viem'
import { isWalletRefusal } from '../wallet/isWalletRefusal.ts'

/** The deals of an action so far. */
export type Made = {
  /** Its request or order is signed: the deal may come to be. */
  readonly signed: readonly Hex[]
  /** It is on chain. */
  readonly made: readonly Hex[]
}

/** Errors after which it is certain that nothing more will come of what was signed. */
const CERTAIN: ReadonlySet<unknown> = new Set([
  'RejectedByUser',
  'OrdersMismatch',
  'NoMatch',
  'InsufficientFunds',
  'InvalidInput',
  'NoSigner',
  'NotOwner',
  'NotConfigured',
  'WrongChain',
  'Refused',
])

/**
 * The deals to come back to after an action has ended: by what was thrown, those may still come to be that are only signed.
 *
 * @param error `undefined` when it went well
 * @example
 * dealsToKeep({ signed: ['0x…'], made: [] }, error)
 */
export function dealsToKeep({ signed, made }: Made, error: unknown): readonly Hex[] {
  if (error === undefined || isCertain(error)) return made
  return [...new Set([...made, ...signed])]
}

function isCertain(error: unknown): boolean {
  if (isWalletRefusal(error)) return true
  return typeof error === 'object' && error !== null && 'code' in error && CERTAIN.has(error.code)
}

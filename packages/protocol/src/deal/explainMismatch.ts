// Mismatches as sentences, for people.
import { explainError } from '../errors/explainError.ts'
import type { MatchingError } from '../errors/matching.ts'
import type { Mismatch } from './mismatch.ts'

/**
 * Says in one plain sentence what did not fit, with both values. No capital at its start and no full stop: it goes into a list.
 * The hub's error of the same name is told in the same words.
 *
 * @example
 * explainMismatch({ reason: 'WorkerpoolPriceTooHigh', asked: 7n, offered: 5n })
 * // 'the workerpool asks 7 nRLC, the request pays at most 5'
 */
export function explainMismatch(mismatch: Mismatch): string {
  // Checked by the compiler: the names and values of a mismatch are those of the hub's error.
  const error: MatchingError = mismatch
  return explainError(error.reason, error).sentence
}

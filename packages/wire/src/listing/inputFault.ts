// What a listing says of the values of its inputs: the same for whoever writes the listing, and for whoever fills in its form.
import type { ListingInput } from './listing.ts'

/** Why a number or a text does not fit, and what it has to fit. */
export type ValueFault =
  | { readonly reason: 'tooSmall' | 'tooLarge' | 'tooLong'; readonly limit: number }
  | { readonly reason: 'noStep'; readonly below: number; readonly above: number | undefined }

/**
 * Whether a number is one that an input takes.
 *
 * @example
 * numberFault({ min: 1, max: 64, step: 1 }, 12.5) // { reason: 'noStep', below: 12, above: 13 }
 */
export function numberFault(
  { min, max, step }: Pick<ListingInput & { readonly kind: 'number' }, 'min' | 'max' | 'step'>,
  value: number,
): ValueFault | undefined {
  if (min !== undefined && value < min) return { reason: 'tooSmall', limit: min }
  if (max !== undefined && value > max) return { reason: 'tooLarge', limit: max }
  if (step === undefined || step <= 0) return undefined
  const begin = min ?? 0
  const steps = (value - begin) / step
  // Steps such as 0.1 are none that computers have.
  if (Math.abs(steps - Math.round(steps)) <= 1e-9 * Math.max(1, Math.abs(steps))) return undefined
  const at = (count: number): number => Number((begin + count * step).toPrecision(12))
  const above = at(Math.floor(steps) + 1)
  return {
    reason: 'noStep',
    below: at(Math.floor(steps)),
    above: max !== undefined && above > max ? undefined : above,
  }
}

/**
 * Whether a text is one that an input takes.
 *
 * @example
 * textFault({ maxLength: 3 }, 'four') // { reason: 'tooLong', limit: 3 }
 */
export function textFault(
  { maxLength }: Pick<ListingInput & { readonly kind: 'text' }, 'maxLength'>,
  value: string,
): ValueFault | undefined {
  return maxLength !== undefined && value.length > maxLength ? { reason: 'tooLong', limit: maxLength } : undefined
}

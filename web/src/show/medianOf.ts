// The middle of some numbers.

/**
 * The one in the middle; of an even number of them, the mean of the two.
 *
 * @example
 * medianOf([3, 1, 8, 2]) // 2.5
 */
export function medianOf(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((one, other) => one - other)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

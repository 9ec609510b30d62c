// Wide integers in the database: decimal text of fixed width, exact and sorted like numbers on every engine.

/** A wide unsigned integer as text of fixed width; see `toWide`. */
export type Wide = string & { readonly __wide: true }

/** As many digits as the largest uint256 has. */
const WIDTH = 78

/**
 * Writes a wide integer for the database.
 *
 * @param value 0 to 2^256 - 1
 * @throws RangeError when it is negative or wider: the caller broke its promise
 * @example
 * fromWide(toWide(5n)) // 5n
 */
export function toWide(value: bigint): Wide {
  if (value < 0n || value >= 2n ** 256n) throw new RangeError(`${value} is no uint256.`)
  return value.toString().padStart(WIDTH, '0') as Wide
}

/** Reads a wide integer of the database. */
export function fromWide(text: Wide): bigint {
  return BigInt(text)
}

/** Nothing, for the database. */
export const WIDE_ZERO: Wide = toWide(0n)

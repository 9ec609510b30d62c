// How much of an order's volume the chain has left.
import type { BookOrderTable } from '../db/schema.ts'

/** What the chain did to an order: how many tasks were matched, and whether its owner closed it. */
export type Consumption = { readonly consumed: bigint; readonly closed: boolean }

/** Of an order that the chain has not seen. */
export const UNTOUCHED: Consumption = { consumed: 0n, closed: false }

/**
 * How many tasks are left; none once the order is closed.
 *
 * @example
 * remainingOf(10, { consumed: 4n, closed: false }) // 6
 */
export function remainingOf(volume: BookOrderTable['volume'], { consumed, closed }: Consumption): number {
  // A volume is a safe integer, so from there on nothing is left, and below it the conversion is exact.
  if (closed || consumed >= BigInt(volume)) return 0
  return volume - Number(consumed)
}

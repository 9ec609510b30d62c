// How values of the database are shown to people: addresses with checksum, moments in ISO 8601, numbers that JSON can say.
import type { Wide } from '@iexec/service'
import type { Address } from 'viem'
import { getAddress } from 'viem/utils'

const NO_ADDRESS: Address = '0x0000000000000000000000000000000000000000'

/** An address with its checksum. */
export function shownAddress(address: Address): Address {
  return getAddress(address)
}

/** An address with its checksum; the zero address for none. */
export function shownAddressOrZero(address: Address | null): Address {
  return address === null ? NO_ADDRESS : getAddress(address)
}

/** A number for JSON: what is beyond 2^53-1 is shown as that. */
export function shownNumber(value: bigint | number): number {
  return value > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(value)
}

/**
 * A wide integer for JSON.
 *
 * @example
 * shownWide(toWide(2n ** 96n)) // 9007199254740991
 */
export function shownWide(wide: Wide): number {
  return shownNumber(BigInt(wide))
}

/**
 * A moment of the chain as ISO 8601 with milliseconds. Chains of tests may be set beyond what a date can say.
 *
 * @example
 * shownMoment(1_700_000_000) // '2023-11-14T22:13:20.000Z'
 */
export function shownMoment(seconds: number): string {
  return new Date(Math.min(seconds, LAST_SECOND) * 1000).toISOString()
}

/** The end of the year 9999: later years have six digits, which few clients read. */
const LAST_SECOND = 253_402_300_799

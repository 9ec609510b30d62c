// What is wrong with an address that somebody typed: its capital letters are a checksum, which finds typing errors.
import { getAddress, isAddress } from 'viem'

/** Why a text is no address, and what to do. */
export type AddressFault = { readonly sentence: string; readonly hint: string }

/**
 * What is wrong with a text that should be an address; `undefined` when nothing is. Hex digits of one case only are taken as they
 * are; of both cases, they have to be the checksum of EIP-55.
 *
 * @example
 * addressFault('0x12') // { sentence: '"0x12" is no address', hint: 'An address is 0x and 40 hex digits.' }
 */
export function addressFault(given: string): AddressFault | undefined {
  if (!isAddress(given, { strict: false })) {
    return { sentence: `"${given}" is no address`, hint: 'An address is 0x and 40 hex digits.' }
  }
  const digits = given.slice(2)
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase() || getAddress(given) === given)
    return undefined
  return {
    sentence: `"${given}" has a typing error: its small and capital letters do not fit its digits`,
    hint: 'Copy the address again from where it comes.',
  }
}

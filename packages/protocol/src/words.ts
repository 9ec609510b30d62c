// 32-byte words as the chain lays them out, checked, so that a malformed field fails instead of giving a wrong hash.
import type { Hex } from 'viem'
import { isAddress } from 'viem/utils'
import { InputError } from './inputError.ts'
import { unreachable } from './unreachable.ts'
import { written } from './written.ts'

const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const LOWER_CASE_ADDRESS = /^0x[0-9a-f]{40}$/
const BYTES32 = /^0x[0-9a-fA-F]{64}$/
const BYTES = /^0x(?:[0-9a-fA-F]{2})*$/

/** Largest value of a Solidity uint256: the upper bound of every amount, volume and index. */
export const MAX_UINT256: bigint = 2n ** 256n - 1n

/** Solidity types that fill exactly one word. */
export type WordType = 'address' | 'uint256' | 'bytes32'

/**
 * A value as the 64 hex digits of its word, without `0x`, checked against its Solidity type.
 *
 * @throws InputError `InvalidAddress`, `InvalidUint256` or `InvalidBytes32`
 * @example
 * wordOf('uint256', 1n) // '0000…0001'
 */
export function wordOf(type: WordType, value: bigint | string): string {
  switch (type) {
    case 'address':
      return addressWord(value)
    case 'uint256':
      return uint256Word(value)
    case 'bytes32':
      return bytes32Word(value)
    default:
      return unreachable(type)
  }
}

/**
 * A uint256 as 64 hex digits, without `0x`.
 *
 * @throws InputError `InvalidUint256` when it is not a bigint, is negative or does not fit
 */
export function uint256Word(value: bigint | string): string {
  if (typeof value === 'bigint' && value >= 0n && value <= MAX_UINT256) return value.toString(16).padStart(64, '0')
  throw new InputError({
    code: 'InvalidUint256',
    given: written(value),
    problem: 'it is not a whole number from 0 to 2^256 - 1',
    hint: 'Give a bigint in this range.',
  })
}

/**
 * An address as 64 hex digits, without `0x`.
 *
 * @throws InputError `InvalidAddress` when it is not 20 bytes of hex, or its capitals are not its checksum
 */
export function addressWord(value: bigint | string): string {
  return addressDigits(value).padStart(64, '0')
}

/**
 * An address as 40 lower-case hex digits, without `0x`: its packed form.
 *
 * Capitals are a checksum (ERC-55). The chain knows none, but wallets refuse to sign a wrong one: so it is refused here too.
 * An address in lower case has no checksum, and costs none.
 *
 * @throws InputError `InvalidAddress` when it is not 20 bytes of hex, or its capitals are not its checksum
 */
export function addressDigits(value: bigint | string): string {
  if (typeof value === 'string' && LOWER_CASE_ADDRESS.test(value)) return value.slice(2)
  const isHex = typeof value === 'string' && ADDRESS.test(value)
  if (isHex && isAddress(value)) return value.slice(2).toLowerCase()
  throw new InputError({
    code: 'InvalidAddress',
    given: written(value),
    problem: isHex ? 'its capitals are not its checksum' : 'it is not an address',
    hint: isHex
      ? 'Look for a mistyped digit; if there is none, write it in lower case.'
      : 'An address is 0x followed by 40 hex digits.',
  })
}

/**
 * A bytes32 as 64 lower-case hex digits, without `0x`.
 *
 * @throws InputError `InvalidBytes32` when it is not 32 bytes of hex
 */
export function bytes32Word(value: bigint | string): string {
  if (isBytes32(value)) return value.slice(2).toLowerCase()
  throw new InputError({
    code: 'InvalidBytes32',
    given: written(value),
    problem: 'it is not 32 bytes',
    hint: 'Give 0x followed by 64 hex digits.',
  })
}

/** Whether a value is 0x followed by 64 hex digits. */
export function isBytes32(value: unknown): value is Hex {
  return typeof value === 'string' && BYTES32.test(value)
}

/**
 * A text, checked: what is no text would be hashed as its JavaScript name.
 *
 * @throws InputError `InvalidText`
 */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value
  throw new InputError({
    code: 'InvalidText',
    given: written(value),
    problem: 'it is not a text',
    hint: 'Give a string; an object as its JSON.',
  })
}

/**
 * Bytes, checked: 0x and two hex digits for each.
 *
 * @throws InputError `InvalidBytes`
 */
export function asBytes(value: unknown): Hex {
  if (isBytes(value)) return value
  throw new InputError({
    code: 'InvalidBytes',
    given: written(value),
    problem: 'it is not bytes in hex',
    hint: 'Give 0x followed by two hex digits for each byte.',
  })
}

/** Whether a value is 0x followed by two hex digits for each byte. */
export function isBytes(value: unknown): value is Hex {
  return typeof value === 'string' && BYTES.test(value)
}

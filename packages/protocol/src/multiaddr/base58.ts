// base58btc: how content identifiers of the first version and peer ids are written. https://datatracker.ietf.org/doc/draft-msporny-base58/
import { concat } from 'viem/utils'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
// The conversion takes quadratic time; no identifier comes near this length.
const LONGEST = 200

/**
 * Bytes as base58btc.
 *
 * @example
 * encodeBase58(Uint8Array.of(0, 255)) // '15Q'
 */
export function encodeBase58(bytes: Uint8Array): string {
  let number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  let text = ''
  while (number > 0n) {
    text = ALPHABET.charAt(Number(number % 58n)) + text
    number /= 58n
  }
  return '1'.repeat(countLeading(bytes, 0)) + text
}

/**
 * The bytes that a base58btc text stands for; `undefined` when it holds another character or is too long to be an identifier.
 */
export function decodeBase58(text: string): Uint8Array | undefined {
  if (text.length > LONGEST) return undefined
  const digits = Array.from(text, (character) => ALPHABET.indexOf(character))
  if (digits.includes(-1)) return undefined

  let number = digits.reduce((sum, digit) => sum * 58n + BigInt(digit), 0n)
  const bytes: number[] = []
  while (number > 0n) {
    bytes.unshift(Number(number % 256n))
    number /= 256n
  }
  return concat([new Uint8Array(countLeading(digits, 0)), Uint8Array.from(bytes)])
}

function countLeading(values: ArrayLike<number>, value: number): number {
  const first = Array.from(values).findIndex((other) => other !== value)
  return first === -1 ? values.length : first
}

// What the compiler's own checks mean. They fail only where a contract has no words of its own.
import { toHex } from 'viem'
import type { Explanation } from './contractError.ts'

// https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require
const PANICS: Readonly<Record<string, string>> = {
  '0x0': 'the compiler gave up',
  '0x1': 'something that must always hold did not',
  '0x11': 'a number became larger or smaller than its type holds',
  '0x12': 'something was divided by zero',
  '0x21': 'a number is no value of its enumeration',
  '0x22': 'bytes in storage are not encoded as they should be',
  '0x31': 'something was taken from an empty list',
  '0x32': 'a list has no item at this place',
  '0x41': 'too much memory was asked for',
  '0x51': 'a function was called that was never set',
}

/**
 * Says what a `Panic(uint256)` means.
 *
 * @example
 * explainPanic(0x11n).sentence // 'a number became larger or smaller than its type holds (panic 0x11)'
 */
export function explainPanic(code: bigint): Explanation {
  const hex = toHex(code)
  const sentence = `${PANICS[hex] ?? 'a check of the compiler failed'} (panic ${hex})`
  return { sentence, hint: 'Check the arguments: one of them is far outside of what makes sense.' }
}

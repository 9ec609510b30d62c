// Amounts as people type them: `<amount> [unit]`, in one word or two.
import { parseCoin, parseRlc } from '@iexec/protocol'
import { CliError } from './cliError.ts'
import type { Argument } from './command.ts'

/** `<amount> [unit]`. */
export const AMOUNT_ARGUMENTS: readonly [Argument, Argument] = [
  { name: 'amount', summary: 'how much' },
  { name: 'unit', summary: 'nRLC or RLC', isOptional: true },
]

/**
 * An amount of RLC, in nRLC.
 *
 * @param words the amount, and perhaps its unit as a second word
 * @param unit what a bare number means
 * @throws InputError that says what is wrong with it
 * @example
 * readRlc(['1.5', 'RLC']) // 1_500_000_000n
 */
export function readRlc(words: readonly string[], unit: 'nRLC' | 'RLC' = 'nRLC'): bigint {
  return parseRlc(joined(words), unit)
}

/** An amount of the chain's coins, in wei; a bare number means ether. */
export function readCoin(words: readonly string[]): bigint {
  return parseCoin(joined(words), 'ether')
}

function joined(words: readonly string[]): string {
  if (words.length > 2) {
    throw new CliError('Usage', `"${words.join(' ')}" is no amount.`, {
      hints: ['Give a number and perhaps a unit: 5 RLC.'],
    })
  }
  return words.join(' ')
}

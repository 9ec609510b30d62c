// Amounts as the market's GraphQL writes them.
import { parseRlc } from '@iexec/protocol'

/**
 * nRLC of an amount that GraphQL tells in RLC.
 *
 * @example
 * toNano('0.0033') // 3_300_000n
 */
export function toNano(rlc: string): bigint {
  return rlc.startsWith('-') ? -parseRlc(rlc.slice(1), 'RLC') : parseRlc(rlc, 'RLC')
}

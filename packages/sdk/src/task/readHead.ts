// The youngest block: the clock of the chain, which is the only one that counts for deadlines.
import { asInstant, type Instant } from '@iexec/protocol'
import { hexToBigInt, type Hex } from 'viem'
import { ask } from '../call/readContract.ts'
import type { Context } from '../context.ts'
import { wrongPiece } from '../service/parse.ts'

/** The youngest block. */
export type Head = {
  readonly number: bigint
  readonly hash: Hex
  /** Its time, in seconds since 1970: now, as the contracts see it. */
  readonly now: Instant
  /** How much gas fits into a block. */
  readonly gasLimit: bigint
}

type RpcBlock = { readonly number: Hex; readonly hash: Hex; readonly timestamp: Hex; readonly gasLimit: Hex }

/**
 * The youngest block.
 *
 * @throws IexecError `ChainUnreachable`
 * @example
 * const { now } = await readHead(context)
 */
export async function readHead({ request }: Pick<Context, 'request'>): Promise<Head> {
  const block = await ask<RpcBlock | null>(request, 'eth_getBlockByNumber', ['latest', false])
  if (block === null) throw wrongPiece('the youngest block of the chain', 'a block', block)
  const { number, hash, timestamp, gasLimit } = block
  return {
    number: hexToBigInt(number),
    hash,
    now: asInstant(hexToBigInt(timestamp)),
    gasLimit: hexToBigInt(gasLimit),
  }
}

// The youngest block: the clock of the chain, which is the only one that counts for deadlines.
import { asInstant, type Instant } from '@iexec/protocol'
import { hexToBigInt, type Hex } from 'viem'
import { asUnreachable } from '../call/readContract.ts'
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
  let block: RpcBlock | null
  try {
    block = (await request({ method: 'eth_getBlockByNumber', params: ['latest', false] })) as RpcBlock | null
  } catch (cause) {
    throw asUnreachable(cause)
  }
  if (block === null) throw wrongPiece('the youngest block of the chain', 'a block', block)
  const { number, hash, timestamp, gasLimit } = block
  return {
    number: hexToBigInt(number),
    hash,
    now: asInstant(hexToBigInt(timestamp)),
    gasLimit: hexToBigInt(gasLimit),
  }
}

// The head of the chain, and whether it is in the tables: by its hash, for forks have blocks of the same height.
import type { Client, Hash, Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import type { BlockRef } from './apply.ts'

/** The chain's head of this moment. */
export async function headOf(client: Client): Promise<BlockRef> {
  const params = ['latest', false]
  const head: { readonly number: Hex; readonly hash: Hash } = await client.request({
    method: 'eth_getBlockByNumber',
    params,
  } as never)
  return { number: Number(head.number), hash: head.hash.toLowerCase() as Hash }
}

/**
 * Whether a block near the head is in the tables. One of its height may be of another fork, which is about to be undone. Near the
 * head every height has its row.
 */
export async function isIndexed(read: Reader, { number, hash }: BlockRef): Promise<boolean> {
  const row = await read.selectFrom('block').select('hash').where('number', '=', number).executeTakeFirst()
  return row?.hash === hash
}

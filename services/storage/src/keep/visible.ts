// What the world may see: blocks of files that are whole and public.
import type { Reader } from '@iexec/service'
import type { BlockHash } from '../blocks/hash.ts'
import type { Tables } from './schema.ts'

/**
 * Whether a block belongs to something public. What it links to need not: whoever brought it may have made it so.
 *
 * @example
 * await isPublic(database.read, hash) // false: it is of a result whose contribution is not on the chain yet
 */
export async function isPublic(read: Reader<Tables>, hash: BlockHash): Promise<boolean> {
  const found = await read
    .selectFrom('held')
    .innerJoin('holding', 'holding.id', 'held.holding')
    .select('held.holding')
    .where('held.hash', '=', hash)
    .where('holding.state', '=', 'public')
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** Hidden results to which a block belongs: the chain may know more of them by now. */
export async function findHidden(
  read: Reader<Tables>,
  hash: BlockHash,
): Promise<
  readonly { readonly task: string; readonly worker: string; readonly holding: string; readonly digest: string }[]
> {
  return read
    .selectFrom('held')
    .innerJoin('holding', 'holding.id', 'held.holding')
    .innerJoin('result', 'result.holding', 'holding.id')
    .select(['result.task', 'result.worker', 'result.holding', 'result.digest'])
    .where('held.hash', '=', hash)
    .where('holding.state', '=', 'hidden')
    .limit(16)
    .execute()
}

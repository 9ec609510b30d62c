// The collection of garbage: what has passed its time is let go, and blocks that nobody holds are removed.
//
// A block of a file that is just coming is held from before its first byte, so no sweep can take it away. Removing and claiming
// are transactions of one database, whose writers run one after the other.
import { sql } from 'kysely'
import type { Writer } from '@iexec/service'
import type { Blocks } from '../blocks/blocks.ts'
import type { BlockHash } from '../blocks/hash.ts'
import { dropHolding } from './drop.ts'
import type { Tables } from './schema.ts'
import type { Shelf } from './upload.ts'

/** What a sweep did. */
export type Swept = { readonly holdings: number; readonly blocks: number; readonly bytes: number }

/** An upload that takes longer than this, in milliseconds, is of a process that is gone. */
export const LONGEST_UPLOAD_MS: number = 24 * 3_600_000

const BLOCKS_AT_A_TIME = 50

/**
 * Lets go of what has passed its time, and removes the blocks that nobody holds.
 *
 * @param startedBefore uploads that began before are leftovers of a process that is gone. Milliseconds since 1970
 * @example
 * await sweep(shelf, shelf.now() - LONGEST_UPLOAD_MS) // { holdings: 1, blocks: 5, bytes: 1048576 }
 */
export async function sweep(shelf: Shelf, startedBefore: number, signal?: AbortSignal): Promise<Swept> {
  const holdings = await dropEach(shelf, startedBefore, signal)
  let [blocks, bytes] = [0, 0]
  for (;;) {
    const removed = (signal?.aborted ?? false) ? undefined : await removeSome(shelf)
    if (removed === undefined) break
    blocks += removed.blocks
    bytes += removed.bytes
  }
  return { holdings, blocks, bytes }
}

async function dropEach(
  { database, now, abandoned }: Shelf,
  startedBefore: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const ended = await database.read
    .selectFrom('holding')
    .select('id')
    .where((is) =>
      is.or([is('keep_until', '<=', now()), is.and([is('state', '=', 'loading'), is('added_at', '<', startedBefore)])]),
    )
    .execute()
  const all = new Set([...abandoned, ...ended.map(({ id }) => id)])
  for (const id of all) {
    if (signal?.aborted ?? false) break
    await database.write(async (writer) => dropHolding(writer, id))
    abandoned.delete(id)
  }
  return all.size
}

type Removed = Pick<Swept, 'blocks' | 'bytes'>

/** `undefined` when no block is in doubt. */
async function removeSome({ database, blocks }: Shelf): Promise<Removed | undefined> {
  const doubted = await database.read.selectFrom('doubt').select('hash').limit(BLOCKS_AT_A_TIME).execute()
  if (doubted.length === 0) return undefined
  const hashes = doubted.map(({ hash }) => hash)
  // First it is written that they may be gone: whoever is killed between the two, the next one to bring them writes them again.
  await database.write(async (writer) => {
    const unheld = await findUnheld(writer, hashes)
    if (unheld.length === 0) return
    await writer
      .updateTable('block')
      .set({ stored: 0 })
      .where(
        'hash',
        'in',
        unheld.map(({ hash }) => hash),
      )
      .execute()
  })
  return database.write(async (writer) => removeUnheld(writer, blocks, hashes))
}

async function removeUnheld(writer: Writer<Tables>, blocks: Blocks, hashes: readonly string[]): Promise<Removed> {
  // Somebody may have claimed some of them in between.
  const unheld = await findUnheld(writer, hashes)
  await Promise.all(unheld.map(async ({ hash }) => blocks.remove(hash as BlockHash)))
  const bytes = unheld.reduce((sum, block) => sum + block.bytes, 0)
  if (unheld.length > 0) {
    await writer
      .deleteFrom('block')
      .where(
        'hash',
        'in',
        unheld.map(({ hash }) => hash),
      )
      .execute()
    await writer
      .updateTable('total')
      .set({ bytes: sql`bytes - ${bytes}` })
      .execute()
  }
  await writer
    .deleteFrom('doubt')
    .where('hash', 'in', [...hashes])
    .execute()
  return { blocks: unheld.length, bytes }
}

async function findUnheld(
  writer: Writer<Tables>,
  hashes: readonly string[],
): Promise<readonly { readonly hash: string; readonly bytes: number }[]> {
  return writer
    .selectFrom('block')
    .select(['hash', 'bytes'])
    .where('hash', 'in', [...hashes])
    .where((is) =>
      is.not(is.exists(is.selectFrom('held').select('held.hash').whereRef('held.hash', '=', 'block.hash'))),
    )
    .execute()
}

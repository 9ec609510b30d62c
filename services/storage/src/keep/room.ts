// Room: how much is kept, on its way, and allowed, of the whole storage and of each uploader.
import { sql } from 'kysely'
import type { Writer } from '@iexec/service'
import type { Tables } from './schema.ts'

/** There is no room for a file. */
export class NoRoom extends Error {
  override readonly name: string = 'NoRoom'
  /** Whether the whole storage is full, or only the uploader's part of it. */
  readonly of: 'storage' | 'uploader'

  constructor(of: 'storage' | 'uploader', sentence: string) {
    super(sentence)
    this.of = of
  }
}

/**
 * Lets only those go on for whom there is room. Asked after what comes was counted. On the disk are the blocks, and what lies in
 * the spool until its blocks are stored; those of them that are still to come have their room from the beginning.
 *
 * @throws NoRoom
 * @example
 * await requireRoom(writer, shelf)
 */
export async function requireRoom(
  writer: Writer<Tables>,
  { quotaBytes }: { readonly quotaBytes: number },
): Promise<void> {
  const { bytes, spooled } = await writer
    .selectFrom('total')
    .select((its) => [
      'bytes',
      its
        .selectFrom('holding')
        .select(({ fn }) =>
          fn.sum<number | null>(sql`case when spooled > bytes then 2 * spooled - bytes else spooled end`).as('sum'),
        )
        .where('state', '=', 'loading')
        .as('spooled'),
    ])
    .executeTakeFirstOrThrow()
  const held = bytes + (spooled ?? 0)
  if (held <= quotaBytes) return
  throw new NoRoom(
    'storage',
    `This storage is full: with this it would hold ${held} bytes, and may hold ${quotaBytes}.`,
  )
}

/**
 * Lets only those go on who keep to their part. Asked after what comes was counted.
 *
 * @throws NoRoom
 * @example
 * await requireShare(writer, uploader)
 */
export async function requireShare(
  writer: Writer<Tables>,
  { owner, quotaBytes }: { readonly owner: string; readonly quotaBytes: number },
): Promise<void> {
  const used = await bytesOf(writer, owner)
  if (used <= quotaBytes) return
  throw new NoRoom('uploader', `With this you would have ${used} bytes here, and may have ${quotaBytes}.`)
}

/** The bytes that count for somebody's quota. Of what is just coming, the spool or the blocks: whichever has more of it. */
export async function bytesOf(reader: Pick<Writer<Tables>, 'selectFrom'>, owner: string): Promise<number> {
  const { used } = await reader
    .selectFrom('holding')
    .select(({ fn }) => fn.sum<number | null>(sql`case when spooled > bytes then spooled else bytes end`).as('used'))
    .where('owner', '=', owner)
    .executeTakeFirstOrThrow()
  return used ?? 0
}

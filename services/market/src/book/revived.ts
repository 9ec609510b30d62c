// Dead orders that a broadcast brought back, as they were before: who undoes its block makes them dead again.
import type { Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { inChunks } from './chunks.ts'
import { readWithdrawn } from './withdrawn.ts'

/** Its name among the before-images. All else that a block does to the book can be undone without one. */
const TABLE = 'book_order'

/**
 * Keeps before-images of the rows that a block is about to replace by the same orders, open.
 *
 * @example
 * await rememberDead(writer, entering, block)
 */
export async function rememberDead(writer: Writer, rows: readonly BookOrderTable[], block: number): Promise<void> {
  if (rows.length === 0) return
  const hashes = rows.map(({ hash }) => hash)
  const dead = await writer.selectFrom('book_order').selectAll().where('hash', 'in', hashes).execute()
  if (dead.length === 0) return
  const { seq } = await writer
    .selectFrom('undo')
    .select((images) => images.fn.min<number | null>('seq').as('seq'))
    .where('block', '=', block)
    .executeTakeFirstOrThrow()
  // The tables of the chain count theirs upwards from 0.
  const before = Math.min(seq ?? 0, 0)
  const images = dead.map((row, index) => {
    return { block, seq: before - 1 - index, tbl: TABLE, key: row.hash, before: JSON.stringify(row) }
  })
  await writer.insertInto('undo').values(images).execute()
}

/**
 * Puts those back that were dead in the book after a block and were brought back since. What a person did stays: who published
 * one again finds it open, who took one back does not find it.
 *
 * @param lastKeptBlock the youngest block that stays; what was broadcast after it is out of the book already
 */
export async function restoreDead(writer: Writer, lastKeptBlock: number): Promise<void> {
  const images = await writer
    .selectFrom('undo')
    .select(['key', 'before'])
    .where('block', '>', lastKeptBlock)
    .where('tbl', '=', TABLE)
    .orderBy('block', 'desc')
    .execute()
  // The oldest image of each comes last, and counts.
  const rows = new Map(images.map(({ key, before }) => [key, JSON.parse(before ?? 'null') as BookOrderTable]))
  const kept = [...rows.values()].filter(({ broadcast_block }) => (broadcast_block ?? 0) <= lastKeptBlock)
  for (const some of inChunks(kept)) {
    const withdrawn = await readWithdrawn(
      writer,
      some.map(({ hash }) => hash),
    )
    const restored = some.filter(({ hash }) => !withdrawn.has(hash))
    if (restored.length === 0) continue
    await writer
      .insertInto('book_order')
      .values(restored)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

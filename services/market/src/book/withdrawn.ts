// Orders that were taken back stay out of the book, however often a chain that is read anew tells of them.
import { sql } from 'kysely'
import type { Address, Hex } from 'viem'
import type { Reader, Writer } from '../db/database.ts'
import type { BookOrderTable } from '../db/schema.ts'
import { inChunks } from './chunks.ts'

/** The last 18 digits of 78: the chain lets nobody consume more than a volume, and these have at most 16. */
const CONSUMED = sql`cast(substr(consumed, 61) as bigint)`

/** An order that is taken back. */
export type Withdrawn = Pick<BookOrderTable, 'hash' | 'volume'>

/** Whose orders they were, when he took them back, and how many of his are remembered. */
export type WithdrawnBy = { readonly signer: Address; readonly now: number; readonly most: number }

/**
 * Remembers that orders were taken back. The blocks that broadcast them may come again, after a reorganisation or when the
 * tables begin anew, and anybody who has seen an order may broadcast it once more, although its signer does not want it in the book.
 *
 * Of each signer the latest `most` are remembered, among those of which anything is left: nobody can fill the disk with them.
 *
 * @example
 * await rememberWithdrawn(writer, orders, { signer, now: market.now(), most: 1000 })
 */
export async function rememberWithdrawn(
  writer: Writer,
  orders: readonly Withdrawn[],
  { signer, now, most }: WithdrawnBy,
): Promise<void> {
  for (const some of inChunks(orders)) {
    await writer
      .insertInto('withdrawn_order')
      .values(some.map(({ hash, volume }) => ({ hash, volume, signer, withdrawn_at: now })))
      // A new owner of an asset may have signed the same order.
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ signer, withdrawn_at: now }))
      .execute()
  }
  const kept = writer
    .selectFrom('withdrawn_order')
    .leftJoin('chain_order', 'chain_order.hash', 'withdrawn_order.hash')
    .select('withdrawn_order.hash')
    .where('signer', '=', signer)
    // What is closed or used up never comes back.
    .where(sql<boolean>`coalesce(closed, 0) = 0 and coalesce(${CONSUMED}, 0) < volume`)
    .orderBy('withdrawn_at', 'desc')
    .orderBy('withdrawn_order.hash')
    .limit(most)
  await writer.deleteFrom('withdrawn_order').where('signer', '=', signer).where('hash', 'not in', kept).execute()
}

/** Forgets it, because their signer published them again. */
export async function forgetWithdrawn(writer: Writer, hashes: readonly Hex[]): Promise<void> {
  for (const some of inChunks(hashes)) {
    await writer.deleteFrom('withdrawn_order').where('hash', 'in', some).execute()
  }
}

/** Those of some hashes that were taken back. */
export async function readWithdrawn(reader: Reader, hashes: readonly Hex[]): Promise<ReadonlySet<Hex>> {
  const rows = await reader.selectFrom('withdrawn_order').select('hash').where('hash', 'in', hashes).execute()
  return new Set(rows.map(({ hash }) => hash))
}

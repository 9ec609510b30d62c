// Orders that were taken back stay out of the book, however often a chain that is read anew tells of them.
import type { Hex } from 'viem'
import type { Reader, Writer } from '../db/database.ts'
import { inChunks } from './chunks.ts'

/**
 * Remembers that orders were taken back. The blocks that broadcast them may come again, after a reorganisation or when the
 * tables begin anew, and with them orders that their signers do not want in the book any more.
 *
 * @example
 * await rememberWithdrawn(writer, unpublished)
 */
export async function rememberWithdrawn(writer: Writer, hashes: readonly Hex[]): Promise<void> {
  for (const some of inChunks(hashes)) {
    await writer
      .insertInto('withdrawn_order')
      .values(some.map((hash) => ({ hash })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
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

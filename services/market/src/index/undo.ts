// Takes blocks back: puts every row to what it was before them, or empties the tables when that is not known any more.
import type { Address, Hex } from 'viem'
import { UNTOUCHED_BOOK, type Touched } from '../book/touched.ts'
import type { Writer } from '../db/database.ts'
import { readBeforeImage, type BeforeImage } from './ledger.ts'
import { COLUMNS, keyColumn, writeRows, type ChainTable, type LedgerTable } from './tables.ts'

/**
 * Restores the tables of the chain to what they were after a block. The book is up to the caller.
 *
 * @returns what changed by that, for the book
 */
export async function restoreTables(writer: Writer, lastKept: number): Promise<Touched> {
  const images = await oldestImages(writer, lastKept)
  for (const [table, some] of images) {
    const gone = some.filter(({ row }) => row === null).map(({ key }) => key)
    const rows = some.flatMap(({ row }) => (row === null ? [] : [row]))
    await deleteRows(writer, table, gone)
    await writeRows(writer, table, rows as never)
  }
  await writer.deleteFrom('event').where('block', '>', lastKept).execute()
  await writer.deleteFrom('tx').where('block', '>', lastKept).execute()
  await writer.deleteFrom('undo').where('block', '>', lastKept).execute()
  await writer.deleteFrom('block').where('number', '>', lastKept).execute()
  const keysOf = (table: LedgerTable): readonly string[] => (images.get(table) ?? []).map(({ key }) => String(key))
  return {
    ...UNTOUCHED_BOOK,
    orders: new Set(keysOf('chain_order') as readonly Hex[]),
    accounts: new Set(keysOf('account') as readonly Address[]),
    assets: new Set(keysOf('asset') as readonly Address[]),
    undone: true,
  }
}

/** Of each row only its oldest image counts. */
async function oldestImages(
  writer: Writer,
  lastKept: number,
): Promise<ReadonlyMap<LedgerTable, readonly BeforeImage[]>> {
  const rows = await writer
    .selectFrom('undo')
    .selectAll()
    .where('block', '>', lastKept)
    // The book has its own, and restores them itself.
    .where('tbl', '<>', 'book_order')
    .orderBy('block')
    .orderBy('seq')
    .execute()
  const known = new Set<string>()
  const images = new Map<LedgerTable, BeforeImage[]>()
  for (const row of rows) {
    const name = `${row.tbl} ${row.key}`
    if (known.has(name)) continue
    known.add(name)
    const image = readBeforeImage(row)
    const some = images.get(image.table) ?? []
    some.push(image)
    images.set(image.table, some)
  }
  return images
}

const AT_ONCE = 500

async function deleteRows(writer: Writer, table: LedgerTable, keys: readonly unknown[]): Promise<void> {
  const column = keyColumn(table)
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const some = keys.slice(start, start + AT_ONCE)
    await writer
      .deleteFrom(table)
      .where(column as never, 'in', some as never)
      .execute()
  }
}

/** Empties every table that a replay fills again. The book, the logins and the directory stay. */
export async function emptyTables(writer: Writer): Promise<void> {
  for (const table of Object.keys(COLUMNS) as readonly ChainTable[]) await writer.deleteFrom(table).execute()
}

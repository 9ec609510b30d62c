// A fingerprint of each table that the chain decides: two databases that followed the same chain have the same ones.
import { createHash } from 'node:crypto'
import { sql, type RawBuilder } from 'kysely'
import type { Reader } from '../db/database.ts'
import { COLUMNS, type ChainTable } from './tables.ts'

/** The tables that a replay fills in exactly the same way, and the part of the book that was broadcast. */
export type DigestedTable = Exclude<ChainTable, 'undo'> | 'book_order'

/** The columns by which the rows of a table are put in order. */
const ORDER: { readonly [Table in DigestedTable]: readonly string[] } = {
  account: ['address'],
  asset: ['address'],
  category: ['id'],
  deal: ['id'],
  task: ['id'],
  contribution: ['id'],
  chain_order: ['hash'],
  stat: ['id'],
  total: ['id'],
  event: ['block', 'log_index'],
  tx: ['hash'],
  block: ['number'],
  book_order: ['hash'],
}

/** Of the book, all that blocks decide. */
const BOOK_COLUMNS = ['hash', 'kind', 'signer', 'body', 'remaining', 'status', 'status_block', 'published_at'] as const

/** Which rows count, where not all do. */
const ONLY: { readonly [Table in DigestedTable]?: RawBuilder<unknown> } = {
  block: sql`where exists (select 1 from event where event.block = "block".number)`,
  book_order: sql`where broadcast_block is not null`,
}

/**
 * SHA-256 of each table over its ordered rows, in memory: for tests and for comparing operators.
 *
 * Of the blocks only those with events count. Which others are remembered depends on how the chain was read. Of the book only
 * those orders count that were broadcast; they are the same where nobody published or took back what they depend on.
 *
 * @example
 * expect(await digestTables(database.read)).toEqual(await digestTables(replayed.read))
 */
export async function digestTables(reader: Reader): Promise<{ readonly [Table in DigestedTable]: string }> {
  const digests: [string, string][] = []
  for (const table of Object.keys(ORDER) as readonly DigestedTable[]) {
    digests.push([table, await digestTable(reader, table)])
  }
  return Object.fromEntries(digests) as { readonly [Table in DigestedTable]: string }
}

async function digestTable(reader: Reader, table: DigestedTable): Promise<string> {
  const columns: readonly string[] = table === 'book_order' ? BOOK_COLUMNS : COLUMNS[table]
  const order = sql.join(ORDER[table].map((column) => sql.ref(column)))
  const { rows } = await sql<
    Readonly<Record<string, unknown>>
  >`select * from ${sql.table(table)} ${ONLY[table] ?? sql``} order by ${order}`.execute(reader)
  const hash = createHash('sha256')
  for (const row of rows) hash.update(`${JSON.stringify(columns.map((column) => row[column]))}\n`)
  return hash.digest('hex')
}

// A fingerprint of each table of the chain: two databases that followed the same chain have the same ones.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Reader } from '../db/database.ts'
import { COLUMNS, type ChainTable } from './tables.ts'

/** The tables that a replay fills in exactly the same way. Before-images are not among them. */
export type DigestedTable = Exclude<ChainTable, 'undo'>

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
}

/**
 * SHA-256 of each table over its ordered rows, in memory: for tests and for comparing operators.
 *
 * Of the blocks only those with events count. Which others are remembered depends on how the chain was read.
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
  const columns: readonly string[] = COLUMNS[table]
  const withEvents =
    table === 'block' ? sql`where exists (select 1 from event where event.block = "block".number)` : sql``
  const order = sql.join(ORDER[table].map((column) => sql.ref(column)))
  const { rows } = await sql<
    Readonly<Record<string, unknown>>
  >`select * from ${sql.table(table)} ${withEvents} order by ${order}`.execute(reader)
  const hash = createHash('sha256')
  for (const row of rows) hash.update(`${JSON.stringify(columns.map((column) => row[column]))}\n`)
  return hash.digest('hex')
}

// A fingerprint of each table that the chain decides: two databases that followed the same chain have the same ones.
import { createHash } from 'node:crypto'
import { recoverSigner } from '@iexec/chain/recover'
import { WIDE_ZERO } from '@iexec/service'
import { sql, type RawBuilder } from 'kysely'
import type { Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import { REGISTRY_EVENTS } from './facts.ts'
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

/** How assets get their owners. */
const HANDED = Object.keys(REGISTRY_EVENTS) as (keyof typeof REGISTRY_EVENTS)[]

/** Which rows count, where not all do. */
const ONLY: { readonly [Table in DigestedTable]?: RawBuilder<unknown> } = {
  block: sql`where exists (select 1 from event where event.block = "block".number)`,
  book_order: sql`where broadcast_block is not null`,
}

/**
 * SHA-256 of each table over its ordered rows, in memory: for tests and for comparing operators.
 *
 * Of the blocks only those with events count. Which others are remembered depends on how the chain was read. Of the book only
 * those orders count that were broadcast; they are the same where nobody published or took back what they depend on. What a
 * contract said of a signature (ERC-1271) does not count: it may say something else tomorrow.
 *
 * @example
 * expect(await digestTables(database.read)).toEqual(await digestTables(replayed.read))
 */
export async function digestTables(reader: Reader): Promise<{ readonly [Table in DigestedTable]: string }> {
  const vouched = await readVouched(reader)
  const digests: [string, string][] = []
  for (const table of Object.keys(ORDER) as readonly DigestedTable[]) {
    digests.push([table, await digestTable(reader, table, vouched)])
  }
  return Object.fromEntries(digests) as { readonly [Table in DigestedTable]: string }
}

type Row = Readonly<Record<string, unknown>>

async function digestTable(reader: Reader, table: DigestedTable, vouched: ReadonlySet<string>): Promise<string> {
  const order = sql.join(ORDER[table].map((column) => sql.ref(column)))
  const { rows } = await sql<Row>`select * from ${sql.table(table)} ${ONLY[table] ?? sql``} order by ${order}`.execute(
    reader,
  )
  const hash = createHash('sha256')
  for (const row of rows) {
    const isVouched = 'hash' in row && vouched.has(String(row['hash']))
    const columns = isVouched ? columnsOfVouched(table, row) : columnsOf(table)
    if (columns.length > 0) hash.update(`${JSON.stringify(columns.map((column) => row[column]))}\n`)
  }
  return hash.digest('hex')
}

function columnsOf(table: DigestedTable): readonly string[] {
  return table === 'book_order' ? BOOK_COLUMNS : COLUMNS[table]
}

/** Of an order that may be known by the word of a contract alone: what deals and its owner did to it since. */
function columnsOfVouched(table: DigestedTable, row: Row): readonly string[] {
  const isUntouched = row['consumed'] === WIDE_ZERO && row['closed'] === 0 && row['presigned'] === 0
  if (table === 'book_order' || isUntouched) return []
  return columnsOf(table).filter((column) => !['asset', 'broadcast', 'block'].includes(column))
}

/**
 * The broadcast orders that no key of an owner signed, and that were never approved on chain: a contract may have vouched for
 * them or not, depending on when it was asked.
 */
async function readVouched(reader: Reader): Promise<ReadonlySet<string>> {
  const told = await reader.selectFrom('event').select('order_hash').where('kind', 'like', 'Broadcast%').execute()
  const vouched = new Set(told.map(({ order_hash }) => String(order_hash)))
  const handed = await reader
    .selectFrom('event')
    .select(['asset', 'counterparty'])
    .where('kind', 'in', HANDED)
    .execute()
  const owned = new Set(handed.map(({ asset, counterparty }) => `${asset} ${counterparty}`))
  const rows = await reader
    .selectFrom('chain_order')
    .select(['hash', 'kind', 'asset', 'broadcast', 'presigned'])
    .where('broadcast', 'is not', null)
    .execute()
  for (const { hash, kind, asset, broadcast, presigned } of rows) {
    const order = JSON.parse(broadcast ?? '{}') as { readonly sign: Hex; readonly requester?: string }
    const signer = recoverSigner(hash, order.sign)
    const isOwn = kind === 'request' ? signer === order.requester?.toLowerCase() : owned.has(`${asset} ${signer}`)
    if (isOwn || presigned === 1) vouched.delete(hash)
  }
  return vouched
}

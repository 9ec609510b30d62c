// The tables that the index writes: which column is the key, which columns there are, and rows as plain SQL in bulk.
import { CompiledQuery, PostgresAdapter } from 'kysely'
import type { Reader, Writer } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'

/** Tables whose rows change; they keep before-images. */
export type LedgerTable =
  | 'account'
  | 'asset'
  | 'category'
  | 'deal'
  | 'task'
  | 'contribution'
  | 'chain_order'
  | 'stat'
  | 'total'

/** Tables whose rows are only appended, and deleted with their block. */
export type AppendedTable = 'event' | 'tx' | 'undo' | 'block'

/** Every table that a rebuild empties. */
export type ChainTable = LedgerTable | AppendedTable

/** Value of a key column. */
export type Key = string | number

type Columns<Table extends ChainTable> = readonly (keyof Schema[Table] & string)[]

/** All columns of each table; the key of a ledger table comes first. */
export const COLUMNS: { readonly [Table in ChainTable]: Columns<Table> } = {
  account: every<'account'>({ address: 1, stake: 1, locked: 1, score: 1 }),
  asset: every<'asset'>({
    address: 1,
    kind: 1,
    owner: 1,
    name: 1,
    app_type: 1,
    multiaddr: 1,
    checksum: 1,
    mrenclave: 1,
    worker_stake_ratio: 1,
    scheduler_reward_ratio: 1,
    usage_count: 1,
    last_usage: 1,
    created_at: 1,
    transferred_at: 1,
    block: 1,
    tx: 1,
  }),
  category: every<'category'>({
    id: 1,
    name: 1,
    description: 1,
    work_clock_time_ref: 1,
    block: 1,
    timestamp: 1,
    tx: 1,
  }),
  deal: every<'deal'>({
    id: 1,
    app: 1,
    app_owner: 1,
    app_price: 1,
    dataset: 1,
    dataset_owner: 1,
    dataset_price: 1,
    workerpool: 1,
    workerpool_owner: 1,
    workerpool_price: 1,
    app_hash: 1,
    dataset_hash: 1,
    workerpool_hash: 1,
    request_hash: 1,
    requester: 1,
    beneficiary: 1,
    callback: 1,
    params: 1,
    category: 1,
    tag: 1,
    trust: 1,
    start_time: 1,
    bot_first: 1,
    bot_size: 1,
    worker_stake: 1,
    scheduler_reward_ratio: 1,
    sponsor: 1,
    completed_count: 1,
    claimed_count: 1,
    block: 1,
    log_index: 1,
    timestamp: 1,
    tx: 1,
  }),
  task: every<'task'>({
    id: 1,
    deal: 1,
    idx: 1,
    status: 1,
    requester: 1,
    app: 1,
    workerpool: 1,
    consensus: 1,
    result_digest: 1,
    results: 1,
    results_callback: 1,
    failure: 1,
    contribution_deadline: 1,
    reveal_deadline: 1,
    final_deadline: 1,
    initialized_at: 1,
    ended_at: 1,
    updated_at: 1,
    block: 1,
    log_index: 1,
  }),
  contribution: every<'contribution'>({
    id: 1,
    task: 1,
    worker: 1,
    status: 1,
    hash: 1,
    seal: 1,
    challenge: 1,
    weight: 1,
    digest: 1,
    block: 1,
    log_index: 1,
    timestamp: 1,
  }),
  chain_order: every<'chain_order'>({
    hash: 1,
    kind: 1,
    asset: 1,
    consumed: 1,
    closed: 1,
    presigned: 1,
    broadcast: 1,
    price: 1,
    block: 1,
  }),
  stat: every<'stat'>({
    id: 1,
    day: 1,
    subject: 1,
    deals: 1,
    tasks: 1,
    completed: 1,
    fruitless: 1,
    failed: 1,
    paid: 1,
    latency_sum: 1,
    latency_max: 1,
  }),
  total: every<'total'>({
    id: 1,
    categories: 1,
    apps: 1,
    datasets: 1,
    workerpools: 1,
    deals: 1,
    tasks: 1,
    completed: 1,
    claimed: 1,
    tvl: 1,
  }),
  event: every<'event'>({
    block: 1,
    log_index: 1,
    tx: 1,
    timestamp: 1,
    kind: 1,
    account: 1,
    counterparty: 1,
    asset: 1,
    deal: 1,
    task: 1,
    order_hash: 1,
    amount: 1,
    detail: 1,
  }),
  tx: every<'tx'>({
    hash: 1,
    block: 1,
    timestamp: 1,
    sender: 1,
    receiver: 1,
    value: 1,
    gas_limit: 1,
    gas_used: 1,
    gas_price: 1,
  }),
  undo: every<'undo'>({ block: 1, seq: 1, tbl: 1, key: 1, before: 1 }),
  block: every<'block'>({ number: 1, hash: 1, timestamp: 1 }),
}

/** Tables whose rows change. */
export const LEDGER_TABLES: readonly LedgerTable[] = [
  'account',
  'asset',
  'category',
  'deal',
  'task',
  'contribution',
  'chain_order',
  'stat',
  'total',
]

/** The compiler refuses a list that lacks a column. */
function every<Table extends ChainTable>(columns: { readonly [Column in keyof Schema[Table]]: 1 }): Columns<Table> {
  return Object.keys(columns) as unknown as Columns<Table>
}

/** The key column of a ledger table. */
export function keyColumn(table: LedgerTable): string {
  return COLUMNS[table][0] ?? 'id'
}

/** The key of a row of a ledger table. */
export function keyOf<Table extends LedgerTable>(table: Table, row: Schema[Table]): Key {
  return (row as unknown as Readonly<Record<string, Key>>)[keyColumn(table)] ?? ''
}

/** Few sizes, so that few statements have to be prepared: 150 rows are 128 + 16 + 4 + 1 + 1. */
const SIZES = [128, 64, 32, 16, 8, 4, 3, 2, 1] as const
const LARGEST = 128

/** Inserts rows; rows of ledger tables replace those with the same key. */
export async function writeRows<Table extends ChainTable>(
  writer: Writer,
  table: Table,
  rows: readonly Schema[Table][],
): Promise<void> {
  const columns: readonly string[] = COLUMNS[table]
  let start = 0
  while (start < rows.length) {
    const size = SIZES.find((one) => one <= rows.length - start) ?? 1
    const values: unknown[] = []
    for (let index = start; index < start + size; index += 1) {
      const row = rows[index] as unknown as Readonly<Record<string, unknown>>
      for (const column of columns) values.push(row[column])
    }
    await writer.executeQuery(CompiledQuery.raw(insertOf(table, size, isPostgres(writer)), values))
    start += size
  }
}

/** Reads the rows with these keys. */
export async function readRows<Table extends LedgerTable>(
  reader: Reader,
  table: Table,
  keys: readonly Key[],
): Promise<readonly Schema[Table][]> {
  const found: Schema[Table][] = []
  for (let start = 0; start < keys.length; start += LARGEST) {
    const some = keys.slice(start, start + LARGEST)
    const size = SIZES.findLast((one) => one >= some.length) ?? LARGEST
    // The last key is repeated up to the size of a statement that is prepared already.
    const values = Array.from({ length: size }, (_, index) => some[Math.min(index, some.length - 1)])
    const query = CompiledQuery.raw(selectOf(table, size, isPostgres(reader)), values)
    found.push(...(await reader.executeQuery<Schema[Table]>(query)).rows)
  }
  return found
}

const texts = new Map<string, string>()

function remembered(key: string, make: () => string): string {
  const text = texts.get(key) ?? make()
  texts.set(key, text)
  return text
}

function insertOf(table: ChainTable, rows: number, numbered: boolean): string {
  return remembered(`insert ${table} ${rows} ${numbered}`, () => {
    const columns: readonly string[] = COLUMNS[table]
    const places = Array.from({ length: rows }, (_, row) => {
      const marks = columns.map((__, column) => (numbered ? `$${row * columns.length + column + 1}` : '?'))
      return `(${marks.join(', ')})`
    })
    const insert = `insert into "${table}" (${columns.join(', ')}) values ${places.join(', ')}`
    if (!isLedgerTable(table)) return insert
    const [key, ...others] = columns
    return `${insert} on conflict (${key}) do update set ${others.map((one) => `${one} = excluded.${one}`).join(', ')}`
  })
}

function selectOf(table: LedgerTable, keys: number, numbered: boolean): string {
  return remembered(`select ${table} ${keys} ${numbered}`, () => {
    const marks = Array.from({ length: keys }, (_, index) => (numbered ? `$${index + 1}` : '?'))
    return `select ${COLUMNS[table].join(', ')} from "${table}" where ${keyColumn(table)} in (${marks.join(', ')})`
  })
}

function isLedgerTable(table: ChainTable): table is LedgerTable {
  return (LEDGER_TABLES as readonly string[]).includes(table)
}

function isPostgres(reader: Reader): boolean {
  return reader.getExecutor().adapter instanceof PostgresAdapter
}

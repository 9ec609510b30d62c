// The rows that a block changes: read once, changed in memory, written together with what they were before.
import type { Writer } from '../db/database.ts'
import type { EventTable, Schema, TxTable, UndoTable } from '../db/schema.ts'
import { COLUMNS, LEDGER_TABLES, keyOf, readRows, writeRows, type Key, type LedgerTable } from './tables.ts'

/** A row, or `null`: it is known that there is none. */
type Known = object | null
type KnownRows = Map<Key, Known>

/** Rows of each table. */
type Tables = { readonly [Table in LedgerTable]: KnownRows }

/** Rows as the last committed block left them, those of the latest use last. */
export type RowCache = {
  readonly rows: Tables
  readonly limits: CacheLimits
  /** About what all rows take. */
  bytes: number
}

/** How much is kept at most: rows of each table, and bytes of all of them, because strangers decide how large a row is. */
export type CacheLimits = { readonly rows: number; readonly bytes: number }

/** An empty cache. Whoever writes past the ledger, or whose transaction fails, takes a new one. */
export function openCache(limits: CacheLimits = { rows: 20_000, bytes: 64 * 1_024 * 1_024 }): RowCache {
  return { rows: noRows(), limits, bytes: 0 }
}

function noRows(): Tables {
  return Object.fromEntries(LEDGER_TABLES.map((table) => [table, new Map()])) as unknown as Tables
}

/** The work of one block on the tables. */
export type Ledger = {
  /** Reads rows that `get` will be asked for. */
  readonly load: (table: LedgerTable, keys: Iterable<Key>) => Promise<void>
  /** Reads the contributions of tasks. */
  readonly loadContributions: (tasks: readonly string[]) => Promise<void>
  /** The row as it is now; `undefined` when there is none. It must have been loaded or put. */
  readonly get: <Table extends LedgerTable>(table: Table, key: Key) => Schema[Table] | undefined
  /** The loaded and new contributions of a task. */
  readonly contributionsOf: (task: string) => readonly Schema['contribution'][]
  /** Changes a row that was loaded, or adds one whose key was never there. */
  readonly put: <Table extends LedgerTable>(table: Table, row: Schema[Table]) => void
  readonly appendEvent: (row: EventTable) => void
  readonly appendTxs: (rows: readonly TxTable[]) => void
  /** Writes everything; with before-images, when the block can still be undone. */
  readonly flush: (block: number, options: { readonly undoable: boolean }) => Promise<void>
  /** After the commit: leaves the rows in the cache for the next block. */
  readonly keep: () => void
}

/**
 * Opens the work of one block, in its transaction.
 *
 * @example
 * const ledger = openLedger(writer, cache)
 * await ledger.load('account', [alice])
 * ledger.put('account', { address: alice, stake, locked, score })
 * await ledger.flush(block, { undoable: true })
 */
export function openLedger(writer: Writer, cache: RowCache): Ledger {
  /** What was read or changed in this block; the cache has what was known before it. */
  const own = noRows()
  const before = new Map<LedgerTable, KnownRows>()
  const byTask = new Map<string, Set<string>>()
  const events: EventTable[] = []
  const txs: TxTable[] = []

  const find = (table: LedgerTable, key: Key): Known | undefined => {
    const row = own[table].get(key)
    return row === undefined ? cache.rows[table].get(key) : row
  }
  const learn = (table: LedgerTable, rows: readonly object[]): void => {
    for (const row of rows) {
      const key = keyOf(table, row as Schema[LedgerTable])
      if (!own[table].has(key)) own[table].set(key, row)
    }
  }

  return {
    load: async (table, keys) => {
      const missing: Key[] = []
      for (const key of new Set(keys)) {
        const row = find(table, key)
        // What is used becomes this block's own, and so the last that the cache forgets.
        if (row === undefined) missing.push(key)
        else own[table].set(key, row)
      }
      if (missing.length === 0) return
      learn(table, await readRows(writer, table, missing))
      for (const key of missing) if (!own[table].has(key)) own[table].set(key, null)
    },
    loadContributions: async (tasks) => {
      if (tasks.length === 0) return
      const rows = await writer
        .selectFrom('contribution')
        .selectAll()
        .where('task', 'in', tasks as never)
        .execute()
      learn('contribution', rows)
      for (const { task, id } of rows) index(byTask, task, id)
    },
    get: <Table extends LedgerTable>(table: Table, key: Key) => {
      const row = find(table, key)
      if (row === undefined) throw new Error(`The row ${key} of ${table} was not loaded.`)
      return (row ?? undefined) as Schema[Table] | undefined
    },
    contributionsOf: (task) =>
      [...(byTask.get(task) ?? [])].map((id) => find('contribution', id) as Schema['contribution']),
    put: (table, row) => {
      const key = keyOf(table, row)
      const changed = before.get(table) ?? new Map<Key, Known>()
      before.set(table, changed)
      if (!changed.has(key)) changed.set(key, find(table, key) ?? null)
      own[table].set(key, row)
      if (table === 'contribution') index(byTask, (row as Schema['contribution']).task, String(key))
    },
    appendEvent: (row) => {
      events.push(row)
    },
    appendTxs: (rows) => {
      txs.push(...rows)
    },
    flush: async (block, { undoable }) => {
      for (const [table, changed] of before) {
        await writeRows(writer, table, [...changed.keys()].map((key) => own[table].get(key)) as never)
      }
      await writeRows(writer, 'event', events)
      await writeRows(writer, 'tx', txs)
      if (undoable) await writeRows(writer, 'undo', undoRows(block, before))
    },
    keep: () => {
      for (const table of LEDGER_TABLES) {
        for (const [key, row] of own[table]) {
          forget(cache, table, key)
          cache.rows[table].set(key, row)
          cache.bytes += sizeOf(row)
        }
      }
      shrink(cache)
    },
  }
}

function forget(cache: RowCache, table: LedgerTable, key: Key): void {
  const row = cache.rows[table].get(key)
  if (row === undefined) return
  cache.rows[table].delete(key)
  cache.bytes -= sizeOf(row)
}

/** Forgets what was not used for the longest time: of each table that has too many rows, and of all when they are too large. */
function shrink(cache: RowCache): void {
  for (const table of LEDGER_TABLES) {
    const kept = cache.rows[table]
    for (const key of kept.keys()) {
      if (kept.size <= cache.limits.rows) break
      forget(cache, table, key)
    }
  }
  // The tables take turns, so that large rows of one do not push out all of another.
  while (cache.bytes > cache.limits.bytes) {
    for (const table of LEDGER_TABLES) {
      const [oldest] = cache.rows[table].keys()
      if (oldest !== undefined) forget(cache, table, oldest)
    }
  }
}

/** What a row and its entry take without their texts, about. */
const ROW_BYTES = 200

function sizeOf(row: Known): number {
  let bytes = ROW_BYTES
  for (const value of Object.values(row ?? {})) if (typeof value === 'string') bytes += 2 * value.length
  return bytes
}

function index(byTask: Map<string, Set<string>>, task: string, id: string): void {
  const known = byTask.get(task) ?? new Set()
  byTask.set(task, known.add(id))
}

function undoRows(block: number, before: ReadonlyMap<LedgerTable, KnownRows>): readonly UndoTable[] {
  const rows: UndoTable[] = []
  for (const [tbl, changed] of before) {
    for (const [key, row] of changed) {
      rows.push({ block, seq: rows.length, tbl, key: String(key), before: row === null ? null : JSON.stringify(row) })
    }
  }
  return rows
}

/** The row of a before-image, and where it belongs. */
export type BeforeImage = {
  readonly table: LedgerTable
  readonly key: Key
  /** `null`: there was no row. */
  readonly row: object | null
}

/** Reads a before-image. */
export function readBeforeImage({ tbl, key, before }: UndoTable): BeforeImage {
  const table = LEDGER_TABLES.find((one) => one === tbl)
  if (table === undefined || COLUMNS[table].length === 0) throw new Error(`There is no table ${tbl} to undo.`)
  return {
    table,
    key: table === 'category' ? Number(key) : key,
    row: before === null ? null : (JSON.parse(before) as object),
  }
}

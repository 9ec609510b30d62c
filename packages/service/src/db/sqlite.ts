// node:sqlite as kysely's SqliteDialect wants a database: the statement of each text is prepared once.
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

/**
 * So many characters of statements are kept prepared: more than those of all questions. A bound because multi-row inserts have a
 * text per number of rows, and SQLite takes about 30 bytes for each character.
 */
export const MAX_PREPARED = 1_000_000

/**
 * Opens a SQLite file in WAL mode.
 *
 * @param file a path, or `:memory:`
 * @throws Error when the file cannot be opened
 */
export function openSqlite(file: string, { readOnly = false }: { readonly readOnly?: boolean } = {}): SqliteDatabase {
  const database = new DatabaseSync(file, { readOnly })
  database.exec('pragma busy_timeout = 5000')
  // With WAL, NORMAL is safe against a killed process; only a power cut may lose the last moments, and never consistency.
  if (!readOnly) database.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma temp_store = memory')
  // Ten times the usual pages between two checkpoints: a busy writer spends half of its time in them.
  if (!readOnly) database.exec('pragma wal_autocheckpoint = 10000')
  database.exec('pragma cache_size = -65536; pragma mmap_size = 268435456')
  const guard = guardTransactions(database)
  const statements = new Map<string, SqliteStatement>()
  let characters = 0
  return {
    close: () => {
      database.close()
    },
    prepare: (text) => {
      const known = statements.get(text)
      if (known !== undefined) return known
      const statement = guard(text, asStatement(database.prepare(text)))
      if (characters + text.length > MAX_PREPARED) {
        statements.clear()
        characters = 0
      }
      characters += text.length
      statements.set(text, statement)
      return statement
    },
  }
}

type Guard = (text: string, statement: SqliteStatement) => SqliteStatement

/**
 * A disk that is full, and a few other failures, make SQLite roll back by itself. What else belongs to such a transaction must
 * not be written on its own; and its rollback must not fail, or what that says would take the place of the cause.
 */
function guardTransactions(database: DatabaseSync): Guard {
  let isBegun = false
  const nothing = { changes: 0, lastInsertRowid: 0 }
  const isGone = (): boolean => isBegun && !database.isTransaction
  const requireTransaction = (): void => {
    if (isGone()) throw new Error('SQLite has rolled this transaction back.')
  }
  return (text, statement) => ({
    reader: statement.reader,
    all: (parameters) => {
      requireTransaction()
      return statement.all(parameters)
    },
    run: (parameters) => {
      if (text !== 'rollback') requireTransaction()
      const result = isGone() ? nothing : statement.run(parameters)
      if (text === 'begin') isBegun = true
      if (text === 'commit' || text === 'rollback') isBegun = false
      return result
    },
    iterate: (parameters) => statement.iterate(parameters),
  })
}

type Value = null | number | bigint | string | Uint8Array

function asStatement(statement: StatementSync): SqliteStatement {
  const reader = statement.columns().length > 0
  return {
    reader,
    all: (parameters) => statement.all(...(parameters as readonly Value[])),
    run: (parameters) => statement.run(...(parameters as readonly Value[])),
    iterate: (parameters) => statement.iterate(...(parameters as readonly Value[])),
  }
}

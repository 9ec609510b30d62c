// node:sqlite as kysely's SqliteDialect wants a database: the statement of each text is prepared once.
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** More texts than the service has; a bound because multi-row inserts have a text per number of rows. */
const MAX_STATEMENTS = 2000

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
  // Ten times the usual pages between two checkpoints: the indexer spent half of its time in them.
  if (!readOnly) database.exec('pragma wal_autocheckpoint = 10000')
  database.exec('pragma cache_size = -65536; pragma mmap_size = 268435456')
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => {
      database.close()
    },
    prepare: (text) => {
      const known = statements.get(text)
      if (known !== undefined) return known
      if (statements.size >= MAX_STATEMENTS) statements.clear()
      const statement = asStatement(database.prepare(text))
      statements.set(text, statement)
      return statement
    },
  }
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

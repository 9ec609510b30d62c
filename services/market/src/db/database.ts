// The database of one chain: the tables of a market, on either engine.
import {
  openDatabase as openTables,
  type Database as DatabaseOf,
  type DatabaseLocation,
  type Reader as ReaderOf,
  type Writer as WriterOf,
} from '@iexec/service'
import { migrationsFor } from './migrations.ts'
import type { Schema } from './schema.ts'

/** One transaction that may write. */
export type Writer = WriterOf<Schema>
/** What a database and a transaction both answer. */
export type Reader = ReaderOf<Schema>
/** An open database. */
export type Database = DatabaseOf<Schema>

/** What it takes to open a database. */
export type OpenOptions = {
  /** The migration to stop at; the newest when none is named. */
  readonly version?: string
}

/**
 * Opens a database and brings its tables up to date.
 *
 * @throws Error when it cannot be reached, or its tables are from a newer version
 * @example
 * const database = await openDatabase({ engine: 'sqlite', file: ':memory:' })
 */
export async function openDatabase(location: DatabaseLocation, options: OpenOptions = {}): Promise<Database> {
  return openTables<Schema>(location, { ...options, migrations: migrationsFor })
}

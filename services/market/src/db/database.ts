// One database of one chain: SQLite in a file, or a schema of a PostgreSQL. The rest of the service does not know which.
import { Kysely, PostgresDialect, SqliteDialect, sql, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import { Pool, TypeOverrides, types } from 'pg'
import { migrationsFor } from './migrations.ts'
import type { Schema } from './schema.ts'
import { openSqlite } from './sqlite.ts'

export type Engine = 'sqlite' | 'postgres'

/** Where a database is: a file (or `:memory:`), or a PostgreSQL and the name of a schema in it. */
export type DatabaseLocation =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly schema: string; readonly connections?: number }

/** One transaction that may write. */
export type Writer = Transaction<Schema>
/** What a database and a transaction both answer. */
export type Reader = Kysely<Schema>

/** An open database. */
export type Database = {
  readonly engine: Engine
  readonly location: DatabaseLocation
  /** For questions. Never waits for a writer. */
  readonly read: Reader
  /**
   * Runs one transaction. The writers of one database, in all processes, run one after the other, so whatever a
   * transaction reads stays true until it ends. What it throws undoes it, and is thrown on.
   */
  readonly write: <Answer>(work: (writer: Writer) => Promise<Answer>) => Promise<Answer>
  readonly close: () => Promise<void>
}

/** What it takes to open a database. */
export type OpenOptions = {
  /** The migration to stop at; the newest when none is named. */
  readonly version?: string
}

/** First half of the advisory lock that serialises the writers; the second half is the hash of the schema's name. */
const WRITER_LOCK = 7101

/**
 * Opens a database and brings its tables up to date.
 *
 * @throws Error when it cannot be reached, or its tables are from a newer version
 * @example
 * const database = await openDatabase({ engine: 'sqlite', file: ':memory:' })
 */
export async function openDatabase(location: DatabaseLocation, options: OpenOptions = {}): Promise<Database> {
  return location.engine === 'sqlite' ? openFile(location, options) : openPostgres(location, options)
}

async function openFile(
  location: Extract<DatabaseLocation, { engine: 'sqlite' }>,
  { version }: OpenOptions,
): Promise<Database> {
  const writer = new Kysely<Schema>({ dialect: new SqliteDialect({ database: openSqlite(location.file) }) })
  await migrate(writer, location, version)
  // A connection of its own, so that a question does not wait while a block is written. Memory has but one.
  const read =
    location.file === ':memory:'
      ? writer
      : new Kysely<Schema>({ dialect: new SqliteDialect({ database: openSqlite(location.file, { readOnly: true }) }) })
  return {
    engine: 'sqlite',
    location,
    read,
    write: async (work) => writer.transaction().execute(work),
    close: async () => {
      if (read !== writer) await read.destroy()
      await writer.destroy()
    },
  }
}

async function openPostgres(
  location: Extract<DatabaseLocation, { engine: 'postgres' }>,
  { version }: OpenOptions,
): Promise<Database> {
  await createSchema(location)
  const pool = new Pool({
    connectionString: location.url,
    max: location.connections ?? 10,
    options: `-c search_path=${location.schema}`,
    types: numbersAsNumbers(),
  })
  // A connection that breaks while idle is replaced; without a listener, the process would end.
  pool.on('error', () => undefined)
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  await migrate(db, location, version)
  return {
    engine: 'postgres',
    location,
    read: db,
    write: async (work) =>
      db.transaction().execute(async (writer) => {
        await sql`select pg_advisory_xact_lock(${WRITER_LOCK}, hashtext(${location.schema}))`.execute(writer)
        return work(writer)
      }),
    close: async () => db.destroy(),
  }
}

async function createSchema({ url, schema }: Extract<DatabaseLocation, { engine: 'postgres' }>): Promise<void> {
  if (!/^[a-z_][a-z0-9_]*$/u.test(schema)) throw new Error(`${schema} cannot be the name of a schema.`)
  const pool = new Pool({ connectionString: url, max: 1 })
  try {
    // Two copies that start at once would both try.
    await pool.query(`select pg_advisory_lock(${WRITER_LOCK})`)
    await pool.query(`create schema if not exists ${schema}`)
  } finally {
    await pool.end()
  }
}

/** Counts and integers come as numbers: nothing of 64 bits goes beyond 2^53 - 1 here, see `schema.ts`. */
function numbersAsNumbers(): TypeOverrides {
  const overrides = new TypeOverrides()
  for (const type of [types.builtins.INT8, types.builtins.NUMERIC]) overrides.setTypeParser(type, Number)
  return overrides
}

async function migrate(db: Kysely<Schema>, location: DatabaseLocation, version: string | undefined): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Promise.resolve(migrationsFor(location.engine)) },
    ...(location.engine === 'postgres' ? { migrationTableSchema: location.schema } : {}),
  })
  const { error } = version === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(version)
  if (error === undefined) return
  await db.destroy()
  throw error instanceof Error ? error : new Error('The tables could not be brought up to date.', { cause: error })
}

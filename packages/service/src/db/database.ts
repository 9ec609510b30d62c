// One database: SQLite in a file, or a schema of a PostgreSQL. The rest of a service does not know which.
import { Kysely, PostgresDialect, SqliteDialect, sql, type Transaction } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { Client, Pool, TypeOverrides, types } from 'pg'
import { connectionTo, type SessionSettings } from './connection.ts'
import { isOfOtherSchema } from './otherSchema.ts'
import { openQueue } from './queue.ts'
import { openSqlite } from './sqlite.ts'

/** What keeps the tables. */
export type Engine = 'sqlite' | 'postgres'

/** Where a database is: a file (or `:memory:`), or a PostgreSQL and the name of a schema in it. */
export type DatabaseLocation =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly schema: string; readonly connections?: number }

/** One transaction that may write. */
export type Writer<Schema> = Transaction<Schema>
/** What a database and a transaction both answer. */
export type Reader<Schema> = Kysely<Schema>

/** An open database, with the tables that kysely is told of. */
export type Database<Schema> = {
  readonly engine: Engine
  readonly location: DatabaseLocation
  /** For questions. Never waits for a writer; on PostgreSQL a statement that takes longer than 15 seconds fails. */
  readonly read: Reader<Schema>
  /**
   * Runs one transaction. The writers of one database, in all processes, run one after the other, so whatever a
   * transaction reads stays true until it ends. What it throws undoes it, and is thrown on. Fails at once when too many wait.
   */
  readonly write: <Answer>(work: (writer: Writer<Schema>) => Promise<Answer>) => Promise<Answer>
  readonly close: () => Promise<void>
}

/** The steps in which tables came to be, by name; they run in the order of their names. Forward only: a released step is never changed. */
export type Migrations = (engine: Engine) => Readonly<Record<string, Migration>>

/** What it takes to open a database. */
export type OpenOptions = {
  readonly migrations: Migrations
  /** The migration to stop at; the newest when none is named. */
  readonly version?: string
}

type PostgresLocation = Extract<DatabaseLocation, { engine: 'postgres' }>

/** First half of the advisory lock that serialises the writers; the second half is the hash of the schema's name. */
const WRITER_LOCK = 7101

/** How long a question waits for a connection, a new one or a free one. */
const PATIENCE_MS = 10_000

/** Readers only: a block that changes much may take its time. */
const LONGEST_QUESTION = { statement_timeout: '15s', idle_in_transaction_session_timeout: '30s' }

/** Writers only: a process that hangs inside of a transaction holds the lock of all of them; none is idle for this long. */
const LONGEST_IDLENESS = { idle_in_transaction_session_timeout: '5s' }

/**
 * Opens a database and brings its tables up to date.
 *
 * @throws Error when it cannot be reached, or its tables are from a newer version
 * @example
 * const database = await openDatabase<Schema>({ engine: 'sqlite', file: ':memory:' }, { migrations })
 */
export async function openDatabase<Schema>(
  location: DatabaseLocation,
  options: OpenOptions,
): Promise<Database<Schema>> {
  return location.engine === 'sqlite' ? openFile<Schema>(location, options) : openPostgres<Schema>(location, options)
}

async function openFile<Schema>(
  location: Extract<DatabaseLocation, { engine: 'sqlite' }>,
  options: OpenOptions,
): Promise<Database<Schema>> {
  const writer = new Kysely<Schema>({ dialect: new SqliteDialect({ database: openSqlite(location.file) }) })
  await migrate(writer, location, options)
  // A connection of its own, so that a question does not wait while a block is written. Memory has but one.
  const read =
    location.file === ':memory:'
      ? writer
      : new Kysely<Schema>({ dialect: new SqliteDialect({ database: openSqlite(location.file, { readOnly: true }) }) })
  const queue = openQueue()
  return {
    engine: 'sqlite',
    location,
    read,
    write: async (work) => queue.run(async () => writer.transaction().execute(work)),
    close: async () => {
      if (read !== writer) await read.destroy()
      await writer.destroy()
    },
  }
}

async function openPostgres<Schema>(location: PostgresLocation, options: OpenOptions): Promise<Database<Schema>> {
  await createSchema(location)
  // One at a time waits for the lock, on a connection that no reader needs.
  const queue = openQueue()
  const writer = openPool<Schema>(location, { max: 1, settings: LONGEST_IDLENESS })
  await migrate(writer, location, options)
  const read = openPool<Schema>(location, { max: location.connections ?? 10, settings: LONGEST_QUESTION })
  return {
    engine: 'postgres',
    location,
    read,
    write: async (work) =>
      queue.run(async () =>
        writer.transaction().execute(async (transaction) => {
          await sql`select pg_advisory_xact_lock(${WRITER_LOCK}, hashtext(${location.schema}))`.execute(transaction)
          return work(transaction)
        }),
      ),
    close: async () => {
      await read.destroy()
      await writer.destroy()
    },
  }
}

type PoolOptions = { readonly max: number; readonly settings: SessionSettings }

function openPool<Schema>({ url, schema }: PostgresLocation, { max, settings }: PoolOptions): Kysely<Schema> {
  const pool = new Pool({
    ...connectionTo(url, { ...settings, search_path: schema }),
    connectionTimeoutMillis: PATIENCE_MS,
    max,
    types: numbersAsNumbers(),
  })
  // A connection that breaks is replaced; without listeners, the process would end. The pool hears only of idle ones.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}

async function createSchema({ url, schema }: PostgresLocation): Promise<void> {
  if (!/^[a-z_][a-z0-9_]*$/u.test(schema)) throw new Error(`${schema} cannot be the name of a schema.`)
  const client = new Client(connectionTo(url))
  client.on('error', () => undefined)
  try {
    await client.connect()
    // Two copies that start at once would both try.
    await client.query(`select pg_advisory_lock(${WRITER_LOCK})`)
    await client.query(`create schema if not exists ${schema}`)
  } finally {
    await client.end()
  }
}

/** Counts and integers come as numbers: wider ones stand in the tables as text (`wide.ts`). */
function numbersAsNumbers(): TypeOverrides {
  const overrides = new TypeOverrides()
  for (const type of [types.builtins.INT8, types.builtins.NUMERIC]) overrides.setTypeParser(type, Number)
  return overrides
}

async function migrate<Schema>(
  db: Kysely<Schema>,
  location: DatabaseLocation,
  { migrations, version }: OpenOptions,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Promise.resolve(migrations(location.engine)) },
    ...(location.engine === 'postgres' ? { migrationTableSchema: location.schema } : {}),
  })
  for (let tries = 1; ; tries += 1) {
    const { error } = version === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(version)
    if (error === undefined) return
    const isElsewhere = location.engine === 'postgres' && isOfOtherSchema(error, location.schema)
    if (tries < MOST_TRIES && isElsewhere) continue
    await db.destroy()
    throw error instanceof Error ? error : new Error('The tables could not be brought up to date.', { cause: error })
  }
}

const MOST_TRIES = 20

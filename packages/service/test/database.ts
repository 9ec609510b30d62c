// Empty databases for tests, on both engines.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Client } from 'pg'
import { describe, inject, onTestFinished } from 'vitest'
import {
  openDatabase,
  type Database,
  type DatabaseLocation,
  type Engine,
  type Migrations,
  type OpenOptions,
} from '../src/db/database.ts'

/** Where a new, empty database is, and how to get rid of it. */
export type TestLocation = { readonly location: DatabaseLocation; readonly remove: () => Promise<void> }

/** Numbers of processes come again, and what was lent stays until the cluster goes. */
const PROCESS = randomBytes(6).toString('hex')
let count = 0

/** A new place on the engine, without opening it. */
export function newLocation(engine: Engine): TestLocation {
  count += 1
  if (engine === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'service-test-'))
    return {
      location: { engine, file: join(folder, 'service.sqlite') },
      remove: async () => {
        await Promise.resolve()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  }
  const url = inject('postgresUrl')
  if (url === undefined) throw new Error('There is no PostgreSQL; the test should have been skipped.')
  const schema = `test_${PROCESS}_${count}`
  return {
    location: { engine, url, schema, connections: 5 },
    remove: async () => {
      const client = new Client(url)
      await client.connect()
      await client.query(`drop schema if exists ${schema} cascade`)
      await client.end()
    },
  }
}

/** An empty database that is gone when the test (or hook) that called this has finished. */
export async function openTestDatabase<Schema>(engine: Engine, options: OpenOptions): Promise<Database<Schema>> {
  const { location, remove } = newLocation(engine)
  const database = await openDatabase<Schema>(location, options)
  onTestFinished(async () => {
    await database.close()
    await remove()
  })
  return database
}

/** Schemas that tests before have left, by who made their tables. */
const left = new Map<Migrations, DatabaseLocation[]>()

/**
 * An empty database of the newest version, for tests that change nothing but rows. On PostgreSQL it may be one that a test before
 * has left, because to make many tables takes longer than most tests; it goes away with the cluster.
 *
 * @example
 * const database = await lendTestDatabase<Schema>('postgres', migrationsFor)
 */
export async function lendTestDatabase<Schema>(engine: Engine, migrations: Migrations): Promise<Database<Schema>> {
  if (engine === 'sqlite') return openTestDatabase<Schema>(engine, { migrations })
  const free = left.get(migrations) ?? []
  left.set(migrations, free)
  const used = free.pop()
  const location = used ?? newLocation(engine).location
  const database = await openDatabase<Schema>(location, { migrations })
  if (used !== undefined) await emptyTables(database)
  onTestFinished(async () => {
    await database.close()
    free.push(location)
  })
  return database
}

/** Empties all tables of a PostgreSQL but what says of which version they are. */
async function emptyTables<Schema>(database: Database<Schema>): Promise<void> {
  await database.write(async (writer) => {
    await sql`do $$
      declare name text; used boolean;
      begin
        for name in select tablename from pg_tables where schemaname = current_schema() and tablename not like 'kysely%' loop
          execute format('select exists (select from %I)', name) into used;
          if used then execute format('truncate %I restart identity', name); end if;
        end loop;
      end $$`.execute(writer)
  })
}

/**
 * Runs the same tests on both engines. Those on PostgreSQL are skipped where none is installed; in CI that is an error.
 *
 * @example
 * onBothEngines('the order book', (engine) => {
 *   test('is empty at first', async () => {
 *     const database = await openTestDatabase<Schema>(engine, { migrations })
 *   })
 * })
 */
export function onBothEngines(name: string, tests: (engine: Engine) => void): void {
  describe(`${name}, on SQLite`, () => {
    tests('sqlite')
  })
  describe.skipIf(inject('postgresUrl') === undefined)(`${name}, on PostgreSQL`, () => {
    tests('postgres')
  })
}

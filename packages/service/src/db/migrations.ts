// Steps that write tables, in the words of SQLite, for both engines.
import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Engine } from './database.ts'

/**
 * A step that runs statements as they would be for SQLite: `int` has 64 bits and `text` sorts by bytes also on PostgreSQL.
 *
 * @example
 * const migrations: Migrations = (engine) => ({ '0001_task': tables(engine, ['create table task (id text primary key)']) })
 */
export function tables(engine: Engine, statements: readonly string[]): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      for (const statement of statements) {
        await sql.raw(engine === 'postgres' ? inPostgres(statement) : statement).execute(db)
      }
    },
  }
}

/** SQLite's integers have 64 bits and its text sorts by bytes; PostgreSQL must be told both. */
function inPostgres(statement: string): string {
  return statement
    .replaceAll(/\bint\b/gu, 'bigint')
    .replaceAll(/\btext\b/gu, 'text collate "C"')
    .replaceAll(/cast\((.*?) as varchar\)/gu, 'cast($1 as text) collate "C"')
}

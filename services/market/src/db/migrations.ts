// How the tables came to be, step by step. Forward only: a step that was released is never changed, a new one is added.
import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Engine } from './database.ts'
import { CHAIN } from './migrations/0001_chain.ts'
import { BOOK } from './migrations/0002_book.ts'
import { BULK } from './migrations/0003_bulk.ts'
import { LISTS } from './migrations/0004_lists.ts'
import { ENDPOINTS } from './migrations/0005_endpoints.ts'
import { WITHDRAWN } from './migrations/0006_withdrawn.ts'
import { APPROVALS } from './migrations/0007_approvals.ts'
import { BULK_TURNS } from './migrations/0008_bulk_turns.ts'
import { APPROVERS } from './migrations/0009_approvers.ts'
import { EARNED } from './migrations/0010_earned.ts'
import { approveAnew } from './migrations/0011_approved_anew.ts'

/** The steps by name; they run in the order of their names. */
export function migrationsFor(engine: Engine): Readonly<Record<string, Migration>> {
  return {
    '0001_chain': { up: async (db: Kysely<unknown>) => run(db, engine, CHAIN) },
    '0002_book': { up: async (db: Kysely<unknown>) => run(db, engine, BOOK) },
    '0003_bulk': { up: async (db: Kysely<unknown>) => run(db, engine, BULK) },
    '0004_lists': { up: async (db: Kysely<unknown>) => run(db, engine, LISTS) },
    '0005_endpoints': { up: async (db: Kysely<unknown>) => run(db, engine, ENDPOINTS) },
    '0006_withdrawn': { up: async (db: Kysely<unknown>) => run(db, engine, WITHDRAWN) },
    '0007_approvals': { up: async (db: Kysely<unknown>) => run(db, engine, APPROVALS) },
    '0008_bulk_turns': { up: async (db: Kysely<unknown>) => run(db, engine, BULK_TURNS) },
    '0009_approvers': { up: async (db: Kysely<unknown>) => run(db, engine, APPROVERS) },
    '0010_earned': { up: async (db: Kysely<unknown>) => run(db, engine, EARNED) },
    '0011_approved_anew': { up: approveAnew },
  }
}

async function run(db: Kysely<unknown>, engine: Engine, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    await sql.raw(engine === 'postgres' ? inPostgres(statement) : statement).execute(db)
  }
}

/** SQLite's integers have 64 bits and its text sorts by bytes; PostgreSQL must be told both. */
function inPostgres(statement: string): string {
  return statement
    .replaceAll(/\bint\b/gu, 'bigint')
    .replaceAll(/\btext\b/gu, 'text collate "C"')
    .replaceAll(/cast\((.*?) as varchar\)/gu, 'cast($1 as text) collate "C"')
}

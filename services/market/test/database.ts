// Empty databases with the market's tables for tests, on both engines.
import type { Engine } from '@iexec/service'
import { lendTestDatabase } from '@iexec/service/test/database'
import type { Database } from '../src/db/database.ts'
import { migrationsFor } from '../src/db/migrations.ts'
import type { Schema } from '../src/db/schema.ts'

/** An empty database, until the test that called this has finished. Nothing but its rows may be changed. */
export async function openTestDatabase(engine: Engine): Promise<Database> {
  return lendTestDatabase<Schema>(engine, migrationsFor)
}

// Empty databases with the market's tables for tests, on both engines.
import type { Engine } from '@iexec/service'
import { openTestDatabase as openTables } from '@iexec/service/test/database'
import type { Database, OpenOptions } from '../src/db/database.ts'
import { migrationsFor } from '../src/db/migrations.ts'
import type { Schema } from '../src/db/schema.ts'

/** An empty database that is gone when the test (or hook) that called this has finished. */
export async function openTestDatabase(engine: Engine, options: OpenOptions = {}): Promise<Database> {
  return openTables<Schema>(engine, { ...options, migrations: migrationsFor })
}

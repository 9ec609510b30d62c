// The smallest tables that a service may have, for the tests of what every service stands on.
import { tables } from '../src/db/migrations.ts'
import type { Migrations } from '../src/db/database.ts'

/** One table. */
export type Facts = { fact: { key: string; value: string; number: number } }

/** How it came to be, in two steps. */
export const factTables: Migrations = (engine) => ({
  '0001_fact': tables(engine, ['create table fact (key text primary key, value text not null)']),
  '0002_number': tables(engine, ['alter table fact add column number int not null default 0']),
})

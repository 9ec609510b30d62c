// How the tables came to be, step by step. Forward only: a step that was released is never changed, a new one is added.
import { tables, type Engine, type Migrations } from '@iexec/service'
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
import { tellFailures } from './migrations/0012_failures.ts'

/** The steps by name; they run in the order of their names. */
export function migrationsFor(engine: Engine): ReturnType<Migrations> {
  return {
    '0001_chain': tables(engine, CHAIN),
    '0002_book': tables(engine, BOOK),
    '0003_bulk': tables(engine, BULK),
    '0004_lists': tables(engine, LISTS),
    '0005_endpoints': tables(engine, ENDPOINTS),
    '0006_withdrawn': tables(engine, WITHDRAWN),
    '0007_approvals': tables(engine, APPROVALS),
    '0008_bulk_turns': tables(engine, BULK_TURNS),
    '0009_approvers': tables(engine, APPROVERS),
    '0010_earned': tables(engine, EARNED),
    '0011_approved_anew': { up: approveAnew },
    '0012_failures': { up: async (db) => tellFailures(db, engine) },
  }
}

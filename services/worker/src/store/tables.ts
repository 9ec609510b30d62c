// The tables of a worker: its places, whole, and what it was told of its pool.
import { tables, type Migrations } from '@iexec/service'

/** Rows as they are in the database. */
export type Schema = {
  readonly place: {
    readonly task_id: string
    /** `KnownPlace` as JSON. */
    readonly known: string
    /** 1 while the chain can have news of it, 0 afterwards. */
    readonly is_open: number
    /** The newest report as JSON. */
    readonly report: string
    /** 1 once the scheduler has stored the newest report. */
    readonly is_heard: number
    /** Milliseconds since 1970. */
    readonly changed_at: number
  }
  /** What was earned, or as a negative amount lost, in nRLC. */
  readonly reward: {
    readonly block: number
    readonly log_index: number
    readonly task_id: string
    readonly amount: string
  }
  readonly fact: { readonly name: string; readonly value: string }
}

/** How the tables came to be. */
export const MIGRATIONS: Migrations = (engine) => ({
  '0001_places': tables(engine, [
    `create table place (
      task_id text primary key,
      known text not null,
      is_open int not null,
      report text not null,
      is_heard int not null,
      changed_at int not null
    )`,
    'create index place_open on place (is_open)',
    'create index place_changed on place (changed_at)',
    'create table reward (block int not null, log_index int not null, task_id text not null, amount text not null, primary key (block, log_index))',
    'create table fact (name text primary key, value text not null)',
  ]),
})

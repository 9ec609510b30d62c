// The tables of a scheduler. Times are milliseconds since 1970 unless a name says seconds.
import { tables, type Migrations } from '@iexec/service'
import type { Address, Hash, Hex } from 'viem'

/** Facts by name: whose database it is, where following began, how often it was taken over. */
type MetaTable = { key: string; value: string }
/** Blocks that were followed, for reorganisations. */
type BlockTable = { number: number; hash: Hash; timestamp: number }
/** Which tasks and deals a block changed: after a reorganisation they are read anew. */
type TouchTable = { id: string; block: number; kind: 'deal' | 'task'; subject: Hex }

/** Deals of the pool. Tasks that nobody began have no row: they are counted by `next`. */
export type DealTable = {
  id: Hex
  block: number
  /** Index of the first task that was not begun. */
  next: number
  /** Whether nothing can happen to it any more. */
  closed: number
  body: string
}

/** Tasks from their first place on. */
export type TaskTable = {
  id: Hex
  deal: Hex
  idx: number
  status: string
  final: number
  changed_at: number
  body: string
}
/** Votes as the chain has them. */
export type ContributionTable = {
  id: string
  task: Hex
  worker: Address
  hash: Hex
  status: string
  weight: string
  seq: number
}
/** What was offered to whom, and how far it is. */
export type PlaceTable = { id: string; task: Hex; worker: Address; state: string; attempt: number; body: string }
/** Everybody who ever logged in. */
export type WorkerTable = { address: Address; seen_at: number; body: string }
/** What was decided, recorded before it is done and after. */
export type CommandTable = {
  key: string
  task: Hex
  kind: string
  state: string
  attempts: number
  decided_at: number
  ended_at: number | null
  tx: string | null
  reason: string | null
}
/** What apps wrote, the last part of each stream. */
export type LogTable = {
  id: string
  task: Hex
  worker: Address
  stream: string
  said: string
  changed_at: number
  /** Bytes. */
  size: number
}
/** Orders of the pool that were put on the market. */
export type OrderTable = { hash: Hex; name: string; state: string; body: string; changed_at: number }

/** All tables. */
export type Schema = {
  meta: MetaTable
  block: BlockTable
  touch: TouchTable
  deal: DealTable
  task: TaskTable
  contribution: ContributionTable
  place: PlaceTable
  worker: WorkerTable
  command: CommandTable
  log: LogTable
  pool_order: OrderTable
}

/** How the tables came to be. */
export const migrations: Migrations = (engine) => ({
  '0001_scheduler': tables(engine, [
    'create table meta (key text primary key, value text not null)',
    'create table block (number int primary key, hash text not null, timestamp int not null)',
    'create table touch (id text primary key, block int not null, kind text not null, subject text not null)',
    'create index touch_block on touch (block)',
    'create table deal (id text primary key, block int not null, next int not null, closed int not null, body text not null)',
    'create index deal_open on deal (closed)',
    'create table task (id text primary key, deal text not null, idx int not null, status text not null, final int not null, changed_at int not null, body text not null)',
    'create index task_open on task (final)',
    'create index task_deal on task (deal, idx)',
    'create table contribution (id text primary key, task text not null, worker text not null, hash text not null, status text not null, weight text not null, seq int not null)',
    'create index contribution_task on contribution (task, seq)',
    'create table place (id text primary key, task text not null, worker text not null, state text not null, attempt int not null, body text not null)',
    'create index place_task on place (task)',
    'create table worker (address text primary key, seen_at int not null, body text not null)',
    'create table command (key text primary key, task text not null, kind text not null, state text not null, attempts int not null, decided_at int not null, ended_at int, tx text, reason text)',
    'create index command_task on command (task)',
    'create index command_state on command (state)',
    'create table log (id text primary key, task text not null, worker text not null, stream text not null, said text not null, changed_at int not null)',
    'create index log_task on log (task)',
    'create index log_age on log (changed_at)',
    'create table pool_order (hash text primary key, name text not null, state text not null, body text not null, changed_at int not null)',
  ]),
  '0002_log_size': tables(engine, [
    'alter table log add column size int not null default 0',
    'update log set size = length(said)',
    'create index log_size on log (size)',
  ]),
  '0003_task_age': tables(engine, ['create index task_age on task (changed_at)']),
  // Their characters had been counted.
  '0004_log_bytes': tables(engine, ['update log set size = octet_length(said)']),
})

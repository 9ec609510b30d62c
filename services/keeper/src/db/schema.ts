// Every table of the keeper. Whatever follows from a block carries its number, so that it can be taken back with the block.
import { tables, type Database, type Migrations, type Reader, type Wide, type Writer } from '@iexec/service'
import type { DealId, TaskId } from '@iexec/protocol'
import type { Hash } from 'viem'

/** To which hub this database belongs: `chainId`, `hub`, `firstBlock`. */
export type AboutTable = { key: string; value: string }

/** The youngest blocks that were read. */
export type BlockTable = { number: number; hash: Hash; timestamp: number }

/** Every deal of the hub. */
export type DealTable = {
  id: DealId
  block: number
  /** Index of its first task. */
  first: Wide
  /** Number of its tasks. */
  size: Wide
  /** Seconds since 1970: from then on its unfinished tasks may be claimed. */
  deadline: number
  /** What a task of it costs, in nRLC: this comes back when the task is claimed. */
  price: Wide
  /** So many of its first tasks are done with: ended, or in `refused` … */
  passed: Wide
  /** … as of this block. */
  passed_at: number
  /** 1 when all are, or all that are worth it. */
  over: number
}

/** What happened to a task: it was begun, voted for, or has ended. Its deal is known by who asks. */
export type MarkTable = { task: TaskId; block: number; seq: number; kind: 'begun' | 'vote' | 'ended' }

/** A task that the hub refused to claim, and when it is tried again, in seconds since 1970. */
export type RefusedTable = {
  task: TaskId
  deal: DealId
  index: Wide
  /** Of the deal. */
  block: number
  tries: number
  retry_at: number
  /** Why, as the hub said last. */
  sentence: string
}

/** Transactions of this keeper that are in a block. */
export type SentTable = {
  hash: Hash
  block: number
  /** The function that was called. */
  kind: string
  tasks: number
  /** What came back to those who had paid, in nRLC. */
  freed: Wide
  gas: number
}

/** All tables. */
export type Schema = {
  about: AboutTable
  block: BlockTable
  deal: DealTable
  mark: MarkTable
  refused: RefusedTable
  sent: SentTable
}

/** The database of a keeper. */
export type KeeperDatabase = Database<Schema>
/** What answers questions. */
export type KeeperReader = Reader<Schema>
/** One transaction that may write. */
export type KeeperWriter = Writer<Schema>

/** How the tables came to be. A released step is never changed. */
export const migrations: Migrations = (engine) => ({
  '0001_deals': tables(engine, [
    'create table about (key text primary key, value text not null)',
    'create table block (number int primary key, hash text not null, timestamp int not null)',
    `create table deal (id text primary key, block int not null, first text not null, size text not null,
      deadline int not null, price text not null, passed text not null, passed_at int not null, over int not null)`,
    'create index deal_that_ends on deal (deadline) where over = 0',
    'create index deal_by_block on deal (block)',
    'create index deal_by_look on deal (passed_at)',
    'create table mark (task text not null, block int not null, seq int not null, kind text not null, primary key (task, block, seq))',
    'create index mark_by_block on mark (block)',
    `create table refused (task text primary key, deal text not null, "index" text not null, block int not null,
      tries int not null, retry_at int not null, sentence text not null)`,
    'create index refused_by_time on refused (retry_at)',
    'create table sent (hash text primary key, block int not null, kind text not null, tasks int not null, freed text not null, gas int not null)',
    'create index sent_by_block on sent (block)',
  ]),
})

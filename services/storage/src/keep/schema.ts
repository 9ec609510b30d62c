// The tables: which blocks are here, and for whom they are kept.
import { tables, type Migrations } from '@iexec/service'

/** What a holding is of. `block`: of one block alone, for another storage that keeps its blocks here. */
export type HoldingKind = 'added' | 'result' | 'block'

/** `loading`: blocks are still coming. `hidden`: whole, but not served. `public`: served to everybody. */
export type HoldingState = 'loading' | 'hidden' | 'public'

/** All tables. Times are milliseconds since 1970. */
export type Tables = {
  /** A block that is here, or on its way. `stored` is 1 when its bytes outlive a power cut. */
  readonly block: { hash: string; bytes: number; stored: number }
  /** A file or folder that somebody brought. `root` is its content identifier, `''` while it is loading. */
  readonly holding: {
    id: string
    root: string
    kind: HoldingKind
    /** Whose quota it counts for: `worker 0x…`, `token NAME`, `address IP`, `local`. */
    owner: string
    state: HoldingState
    /** Of its blocks, each counted once. */
    bytes: number
    /** Room that it has in the spool while it comes; its blocks have as much from the beginning. */
    spooled: number
    /** Name of the process that loads it, as its file in the spool says. */
    process: string
    added_at: number
    /** Null: for ever. */
    keep_until: number | null
  }
  /** The blocks of a holding. */
  readonly held: { holding: string; hash: string }
  /** Blocks that lost a holding, and may be garbage now. */
  readonly doubt: { hash: string }
  /** The result that a worker brought. */
  readonly result: {
    task: string
    worker: string
    holding: string
    deal: string
    digest: string
    final_deadline: number
    /** 1 when the chain has said after the end of the task whether this is its result. */
    is_judged: number
  }
  /** One row: the bytes of all blocks. */
  readonly total: { id: number; bytes: number }
}

/** How the tables came to be. */
export const migrations: Migrations = (engine) => ({
  '0001_storage': tables(engine, [
    `create table block (hash text primary key, bytes int not null, stored int not null)`,
    `create table holding (id text primary key, root text not null, kind text not null, owner text not null,
      state text not null, bytes int not null, added_at int not null, keep_until int)`,
    `create index holding_owner on holding (owner, bytes)`,
    `create index holding_end on holding (keep_until)`,
    `create index holding_root on holding (root)`,
    `create index holding_state on holding (state)`,
    `create table held (holding text not null, hash text not null, primary key (holding, hash))`,
    `create index held_hash on held (hash, holding)`,
    `create table doubt (hash text primary key)`,
    `create table result (task text not null, worker text not null, holding text not null, deal text not null,
      digest text not null, final_deadline int not null, is_judged int not null, primary key (task, worker))`,
    `create index result_holding on result (holding)`,
    `create index result_end on result (is_judged, final_deadline)`,
    `create table total (id int primary key, bytes int not null)`,
    `insert into total (id, bytes) values (1, 0)`,
  ]),
  '0002_spooled': tables(engine, [
    `alter table holding add column spooled int not null default 0`,
    // Whoever's quota is asked for reads the index alone.
    `drop index holding_owner`,
    `create index holding_owner on holding (owner, bytes, spooled)`,
  ]),
  '0003_process': tables(engine, [`alter table holding add column process text not null default ''`]),
})

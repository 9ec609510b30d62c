// How the tables came to be, step by step. Forward only: a step that was released is never changed, a new one is added.
import { NO_ADDRESS } from '@iexec/protocol'
import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { Engine } from './database.ts'

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

const CHAIN: readonly string[] = [
  `create table "meta" (
    key text not null,
    value text not null,
    primary key (key)
  )`,
  `create table "block" (
    number int not null,
    hash text not null,
    timestamp int not null,
    primary key (number)
  )`,
  `create table "undo" (
    block int not null,
    seq int not null,
    tbl text not null,
    key text not null,
    before text,
    primary key (block, seq)
  )`,
  `create table "tx" (
    hash text not null,
    block int not null,
    timestamp int not null,
    sender text not null,
    receiver text,
    value text not null,
    gas_limit int not null,
    gas_used int not null,
    gas_price text not null,
    primary key (hash)
  )`,
  `create table "event" (
    block int not null,
    log_index int not null,
    tx text not null,
    timestamp int not null,
    kind text not null,
    account text,
    counterparty text,
    asset text,
    deal text,
    task text,
    order_hash text,
    amount text,
    detail text,
    primary key (block, log_index)
  )`,
  `create table "account" (
    address text not null,
    stake text not null,
    locked text not null,
    score text not null,
    primary key (address)
  )`,
  `create table "asset" (
    address text not null,
    kind text not null,
    owner text not null,
    name text not null,
    app_type text,
    multiaddr text,
    checksum text,
    mrenclave text,
    worker_stake_ratio text,
    scheduler_reward_ratio text,
    usage_count int not null,
    last_usage int not null,
    created_at int not null,
    transferred_at int not null,
    block int not null,
    tx text not null,
    primary key (address)
  )`,
  `create table "category" (
    id int not null,
    name text not null,
    description text not null,
    work_clock_time_ref int not null,
    block int not null,
    timestamp int not null,
    tx text not null,
    primary key (id)
  )`,
  `create table "deal" (
    id text not null,
    app text not null,
    app_owner text not null,
    app_price text not null,
    dataset text,
    dataset_owner text,
    dataset_price text not null,
    workerpool text not null,
    workerpool_owner text not null,
    workerpool_price text not null,
    app_hash text not null,
    dataset_hash text,
    workerpool_hash text not null,
    request_hash text not null,
    requester text not null,
    beneficiary text not null,
    callback text not null,
    params text not null,
    category int not null,
    tag text not null,
    trust text not null,
    start_time int not null,
    bot_first int not null,
    bot_size int not null,
    worker_stake text not null,
    scheduler_reward_ratio int not null,
    sponsor text not null,
    completed_count int not null,
    claimed_count int not null,
    block int not null,
    log_index int not null,
    timestamp int not null,
    tx text not null,
    primary key (id)
  )`,
  `create table "task" (
    id text not null,
    deal text not null,
    idx int not null,
    status text not null,
    requester text not null,
    app text not null,
    workerpool text not null,
    consensus text,
    result_digest text,
    results text,
    results_callback text,
    contribution_deadline int not null,
    reveal_deadline int,
    final_deadline int not null,
    initialized_at int not null,
    ended_at int,
    updated_at int not null,
    block int not null,
    log_index int not null,
    primary key (id)
  )`,
  `create table "contribution" (
    id text not null,
    task text not null,
    worker text not null,
    status text not null,
    hash text not null,
    seal text not null,
    challenge text not null,
    weight text not null,
    digest text,
    block int not null,
    log_index int not null,
    timestamp int not null,
    primary key (id)
  )`,
  `create table "chain_order" (
    hash text not null,
    kind text not null,
    asset text,
    consumed text not null,
    closed int not null,
    presigned int not null,
    presigned_by text,
    broadcast text,
    price text,
    block int not null,
    primary key (hash)
  )`,
  `create table "stat" (
    id text not null,
    day text not null,
    subject text not null,
    deals int not null,
    tasks int not null,
    completed int not null,
    failed int not null,
    paid text not null,
    latency_sum int not null,
    latency_max int not null,
    primary key (id)
  )`,
  `create table "total" (
    id text not null,
    categories int not null,
    apps int not null,
    datasets int not null,
    workerpools int not null,
    deals int not null,
    tasks int not null,
    completed int not null,
    claimed int not null,
    tvl text not null,
    primary key (id)
  )`,
  'create index event_kind on event (kind, block, log_index)',
  'create index event_tx on event (tx)',
  'create index event_account on event (account, block, log_index) where account is not null',
  'create index event_counterparty on event (counterparty, block, log_index) where counterparty is not null',
  'create index event_asset on event (asset, block, log_index) where asset is not null',
  'create index event_deal on event (deal, block, log_index) where deal is not null',
  'create index event_task on event (task, block, log_index) where task is not null',
  'create index tx_block on tx (block)',
  'create index tx_sender on tx (sender, block)',
  'create index asset_owner on asset (owner, kind)',
  'create index asset_kind on asset (kind, created_at)',
  'create index asset_name on asset (name)',
  'create index deal_block on deal (block, id)',
  'create index deal_category on deal (category, block)',
  'create index deal_requester on deal (requester, block)',
  'create index deal_beneficiary on deal (beneficiary, block)',
  'create index deal_app on deal (app, block)',
  'create index deal_dataset on deal (dataset, block)',
  'create index deal_workerpool on deal (workerpool, block)',
  'create index deal_app_owner on deal (app_owner, block)',
  'create index deal_dataset_owner on deal (dataset_owner, block)',
  'create index deal_workerpool_owner on deal (workerpool_owner, block)',
  'create index deal_app_hash on deal (app_hash, block)',
  'create index deal_dataset_hash on deal (dataset_hash, block)',
  'create index deal_workerpool_hash on deal (workerpool_hash, block)',
  'create index deal_request_hash on deal (request_hash, block)',
  'create index deal_callback on deal (callback, block)',
  'create index deal_timestamp on deal (timestamp, id)',
  'create index deal_tx on deal (tx)',
  'create index task_deal on task (deal, idx)',
  'create index task_status on task (status, final_deadline)',
  'create index task_app on task (app, block)',
  'create index task_workerpool on task (workerpool, block)',
  'create index task_updated on task (updated_at, id)',
  'create index task_requester on task (requester, block)',
  'create index task_block on task (block, log_index)',
  'create index contribution_task on contribution (task, block, log_index)',
  'create index contribution_worker on contribution (worker, block, log_index)',
  'create index chain_order_asset on chain_order (asset, kind)',
  'create index stat_subject on stat (subject, day)',
]

const BOOK: readonly string[] = [
  `create table "book_order" (
    hash text not null,
    kind text not null,
    signer text not null,
    app text not null,
    dataset text not null,
    workerpool text not null,
    requester text not null,
    beneficiary text,
    price int not null,
    app_max_price int,
    dataset_max_price int,
    volume int not null,
    remaining int not null,
    category int,
    trust int,
    tag text not null,
    tag0 int not null,
    tag1 int not null,
    tag2 int not null,
    tag3 int not null,
    tag4 int not null,
    status text not null,
    status_block int,
    published_at int not null,
    broadcast_block int,
    body text not null,
    primary key (hash)
  )`,
  `create table "withdrawn_order" (
    hash text not null,
    primary key (hash)
  )`,
  `create table "challenge" (
    hash text not null,
    address text not null,
    message text not null,
    expires_at int not null,
    primary key (hash)
  )`,
  `create table "pool_endpoint" (
    workerpool text not null,
    api_url text not null,
    valid_until text not null,
    signature text not null,
    signer text not null,
    primary key (workerpool)
  )`,
  // Each kind has its own indexes of open orders, small and never taken for another kind's. SQLite only uses them for
  // queries that say the kind and `open` as literals.
  // With every column that lists filter by, so that the orders of one asset are counted in the index alone.
  `create index book_app on book_order (app, price, remaining desc, dataset, workerpool, requester,
    tag0, tag1, tag2, tag3, tag4) where kind = 'app' and status = 'open'`,
  `create index book_dataset on book_order (dataset, price, remaining desc, app, workerpool, requester, volume,
    tag0, tag1, tag2, tag3, tag4) where kind = 'dataset' and status = 'open'`,
  `create index book_workerpool on book_order (workerpool, price, remaining desc, category, trust, app, dataset, requester,
    tag0, tag1, tag2, tag3, tag4) where kind = 'workerpool' and status = 'open'`,
  "create index book_request_app on book_order (app) where kind = 'request' and status = 'open'",
  "create index book_request_dataset on book_order (dataset) where kind = 'request' and status = 'open'",
  // For lists whose filters leave many: in the order of the list, with every other column that the kind's filters compare.
  `create index book_apps on book_order (price, published_at, hash, dataset, workerpool, requester, remaining,
    tag0, tag1, tag2, tag3, tag4) where kind = 'app' and status = 'open'`,
  `create index book_datasets on book_order (price, published_at, hash, app, workerpool, requester, volume, remaining,
    tag0, tag1, tag2, tag3, tag4) where kind = 'dataset' and status = 'open'`,
  `create index book_workerpools on book_order (price, published_at, hash, app, dataset, requester, category, trust, remaining,
    tag0, tag1, tag2, tag3, tag4) where kind = 'workerpool' and status = 'open'`,
  `create index book_requests on book_order (price desc, published_at, hash, workerpool, beneficiary, category, trust, remaining,
    tag0, tag1, tag2, tag3, tag4) where kind = 'request' and status = 'open'`,
  // For the cheapest pools that fit a wish.
  `create index book_pools on book_order (category, price, remaining desc, hash, workerpool, trust, app, dataset, requester, tag0)
    where kind = 'workerpool' and status = 'open'`,
  // For groups among the restrictions of pools, and for the tags that pools of a category offer.
  `create index book_restricted on book_order (category, price, workerpool, trust, app, dataset, requester, tag0)
    where kind = 'workerpool' and status = 'open' and (app <> '${NO_ADDRESS}' or dataset <> '${NO_ADDRESS}' or requester <> '${NO_ADDRESS}')`,
  `create index book_tags on book_order (category, tag, trust desc) where kind = 'workerpool' and status = 'open'`,
  'create index book_signer on book_order (signer, kind, status)',
  'create index book_status_block on book_order (status_block) where status_block is not null',
  'create index book_broadcast_block on book_order (broadcast_block) where broadcast_block is not null',
  'create index challenge_address on challenge (address)',
]

const BULK: readonly string[] = [
  `create table "bulk" (
    deal text not null,
    cid text not null,
    bot_size int not null,
    listed int not null,
    bytes int not null,
    attempts int not null,
    next_at int,
    problem text,
    primary key (deal)
  )`,
  `create table "bulk_slice" (
    id text not null,
    deal text not null,
    idx int not null,
    cid text not null,
    task text not null,
    tries int not null,
    fetched int not null,
    primary key (id)
  )`,
  `create table "bulk_dataset" (
    slice text not null,
    dataset text not null,
    primary key (slice, dataset)
  )`,
  `create table "bulk_order" (
    id text not null,
    slice text not null,
    dataset text not null,
    body text not null,
    primary key (id)
  )`,
  // The casts give both halves the same types, and neither half has a condition: only then do both engines look into each half
  // by its own index, also for an order.
  `create view "shown_order" as
    select hash, kind, asset, consumed, broadcast, price, cast(null as varchar) as slice from chain_order
    union all
    select id, cast('dataset' as varchar), dataset, cast('' as varchar), body, cast(null as varchar), slice from bulk_order`,
  'create index bulk_next on bulk (next_at) where next_at is not null',
  'create index bulk_slice_deal on bulk_slice (deal, idx)',
  'create index bulk_slice_left on bulk_slice (deal, tries, idx) where fetched = 0',
  'create index bulk_dataset_slices on bulk_dataset (dataset, slice)',
  'create index bulk_order_slice on bulk_order (slice)',
  // Few deals have one. Both engines use it for queries that say the condition in the same words.
  `create index deal_bulk on deal (block, log_index) where params like '%"bulk_cid"%'`,
]

/** What lists are sorted by, when nothing narrows them. */
const LISTS: readonly string[] = [
  'drop index task_status',
  'create index task_status on task (status, block, log_index)',
  'create index chain_order_kind on chain_order (kind, hash)',
  'create index contribution_block on contribution (block, log_index)',
]

/** One word of each owner that a workerpool has had. No engine lets a primary key grow in place. */
const ENDPOINTS: readonly string[] = [
  'alter table "pool_endpoint" rename to "pool_endpoint_0002"',
  `create table "pool_endpoint" (
    workerpool text not null,
    api_url text not null,
    valid_until text not null,
    signature text not null,
    signer text not null,
    constraint pool_endpoint_of_signer primary key (workerpool, signer)
  )`,
  `insert into "pool_endpoint" (workerpool, api_url, valid_until, signature, signer)
    select workerpool, api_url, valid_until, signature, signer from "pool_endpoint_0002"`,
  'drop table "pool_endpoint_0002"',
]

/** Whose each was, so that there is a bound for each. Of those before, nobody knows. */
const WITHDRAWN: readonly string[] = [
  `alter table "withdrawn_order" add column signer text not null default '${NO_ADDRESS}'`,
  'alter table "withdrawn_order" add column volume int not null default 0',
  'alter table "withdrawn_order" add column withdrawn_at int not null default 0',
  'create index withdrawn_signer on withdrawn_order (signer, withdrawn_at)',
]

/** For the latest approval of an order on chain. */
const APPROVALS: readonly string[] = [
  'create index event_order on event (order_hash, block, log_index) where order_hash is not null',
]

/** Bulks take turns by their requesters. */
const BULK_TURNS: readonly string[] = [
  `alter table "bulk" add column requester text not null default '${NO_ADDRESS}'`,
  `update "bulk" set requester = coalesce((select deal.requester from deal where deal.id = bulk.deal), requester)`,
  'create index bulk_turn on bulk (requester, next_at, deal) where next_at is not null',
]

/** Who approved an order is told by events; what the hub answered of it may have been of an approval that was undone. */
const APPROVERS: readonly string[] = ['alter table "chain_order" drop column presigned_by']

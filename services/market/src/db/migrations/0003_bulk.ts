// Step 0003_bulk of the tables.

/** The datasets of bulk deals. */
export const BULK: readonly string[] = [
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

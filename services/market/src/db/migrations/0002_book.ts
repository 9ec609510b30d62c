// Step 0002_book of the tables.
import { NO_ADDRESS } from '@iexec/protocol'

/** The order book, logins, and the endpoints of workerpools. */
export const BOOK: readonly string[] = [
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

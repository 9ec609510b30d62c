// Every table, as kysely sees it. Names and types are the same on SQLite and on PostgreSQL.
//
// - Addresses, hashes and ids are lower-case hex.
// - Amounts of nRLC and other wide integers that come from the chain are `Wide`: decimal text of fixed width, so that they are exact
//   and sort as numbers on both engines (`toWide`).
// - Integers are JavaScript numbers: block numbers, seconds, counts, and what the API caps at 2^53-1.
// - Flags are 0 or 1.
import type { FailureCause } from '@iexec/protocol'
import type { Wide } from '@iexec/service'
import type { Address, Hash, Hex } from 'viem'

export type AssetKind = 'app' | 'dataset' | 'workerpool'
export type OrderKindName = AssetKind | 'request'
export type OrderStatus = 'open' | 'filled' | 'canceled' | 'dead'
export type TaskStatusName = 'active' | 'revealing' | 'completed' | 'failed'
export type ContributionStatusName = 'contributed' | 'proved' | 'rejected'

/** Facts about this database: `chainId`, `hub`, and so on. */
export type MetaTable = { key: string; value: string }

/** Blocks that were indexed and are remembered: all with events, the youngest of each range, and all near the head. */
export type BlockTable = { number: number; hash: Hash; timestamp: number }

/** Before-images: what must be put back, in descending `seq`, when a block turns out not to be on the chain. */
export type UndoTable = { block: number; seq: number; tbl: string; key: string; before: string | null }

/** Transactions that caused at least one event. Never changed; gone with their block. */
export type TxTable = {
  hash: Hash
  block: number
  timestamp: number
  sender: Address
  receiver: Address | null
  value: Wide
  gas_limit: number
  gas_used: number
  gas_price: Wide
}

/**
 * Every event, whatever its kind; the id that GraphQL shows is `<block>-<log_index>`. Never changed; gone with its block.
 * Which of the nullable columns are filled depends on the kind: see `events.ts`.
 */
export type EventTable = {
  block: number
  log_index: number
  tx: Hash
  timestamp: number
  /** Name of the Solidity event; transfers of registries are `AppTransfer`, `DatasetTransfer`, `WorkerpoolTransfer`. */
  kind: string
  /** Whom it is about: owner of an amount, worker, `from` of a transfer. */
  account: Address | null
  /** `to` of a transfer. */
  counterparty: Address | null
  asset: Address | null
  deal: Hex | null
  task: Hex | null
  order_hash: Hex | null
  amount: Wide | null
  /** What else it says, as a JSON object of strings. */
  detail: string | null
}

/** An account of the hub. */
export type AccountTable = { address: Address; stake: Wide; locked: Wide; score: Wide }

/** An app, dataset or workerpool. What a kind does not have is null. */
export type AssetTable = {
  address: Address
  kind: AssetKind
  owner: Address
  /** Name of an app or dataset, description of a workerpool. */
  name: string
  app_type: string | null
  multiaddr: Hex | null
  checksum: Hex | null
  mrenclave: Hex | null
  /** Percent. */
  worker_stake_ratio: Wide | null
  scheduler_reward_ratio: Wide | null
  /** Tasks bought with it. */
  usage_count: number
  last_usage: number
  /** When it was registered, and when it last changed hands. */
  created_at: number
  transferred_at: number
  block: number
  tx: Hash
}

export type CategoryTable = {
  id: number
  name: string
  description: string
  /** Seconds. */
  work_clock_time_ref: number
  block: number
  timestamp: number
  tx: Hash
}

export type DealTable = {
  id: Hex
  app: Address
  app_owner: Address
  app_price: Wide
  /** Null when the deal has no dataset. */
  dataset: Address | null
  dataset_owner: Address | null
  dataset_price: Wide
  workerpool: Address
  workerpool_owner: Address
  workerpool_price: Wide
  app_hash: Hex
  /** Null when the deal has no dataset. */
  dataset_hash: Hex | null
  workerpool_hash: Hex
  request_hash: Hex
  requester: Address
  beneficiary: Address
  callback: Address
  params: string
  category: number
  tag: Hex
  trust: Wide
  start_time: number
  /** Index of the first task, and how many there are (`volume` of the API). */
  bot_first: number
  bot_size: number
  worker_stake: Wide
  scheduler_reward_ratio: number
  sponsor: Address
  completed_count: number
  claimed_count: number
  block: number
  log_index: number
  timestamp: number
  tx: Hash
}

/** A task from its initialisation on. */
export type TaskTable = {
  id: Hex
  deal: Hex
  idx: number
  status: TaskStatusName
  requester: Address
  app: Address
  workerpool: Address
  consensus: Hex | null
  result_digest: Hex | null
  results: Hex | null
  results_callback: Hex | null
  /** Why the app failed, where the workers agreed that it did: such a task is completed and paid, and has no result. */
  failure: FailureCause | null
  contribution_deadline: number
  reveal_deadline: number | null
  final_deadline: number
  initialized_at: number
  ended_at: number | null
  updated_at: number
  block: number
  log_index: number
}

export type ContributionTable = {
  /** `<task>-<worker>` */
  id: string
  task: Hex
  worker: Address
  status: ContributionStatusName
  hash: Hex
  seal: Hex
  challenge: Address
  weight: Wide
  /** The digest that was revealed. */
  digest: Hex | null
  block: number
  log_index: number
  timestamp: number
}

/** An order that the chain has heard of: consumed, closed, presigned or broadcast. */
export type ChainOrderTable = {
  hash: Hex
  kind: OrderKindName
  /** App, dataset or workerpool of the order; for requests the app. Null when the chain only named the hash. */
  asset: Address | null
  consumed: Wide
  closed: number
  /** Somebody approved it on chain; only the approval of the present owner holds (`readApprovers`). */
  presigned: number
  /** The whole order with its signature, as JSON of the wire, when it was broadcast. */
  broadcast: string | null
  /** What a deal showed of it: the price of an asset's order. */
  price: Wide | null
  block: number
}

/** Sums of one day (UTC, `YYYY-MM-DD`) for everything (`subject` = `all`), one app or one workerpool. */
export type StatTable = {
  /** `<day> <subject>` */
  id: string
  day: string
  subject: string
  deals: number
  tasks: number
  completed: number
  /** Of those that were completed: how many have a failure in place of a result. */
  fruitless: number
  failed: number
  /** nRLC paid for tasks that were completed. */
  paid: Wide
  /** Seconds from the deal's start to the result, over the tasks that have one: sum, and the longest. */
  latency_sum: number
  latency_max: number
}

/** Counts over everything; one row with the id `iExec`. */
export type TotalTable = {
  id: string
  categories: number
  apps: number
  datasets: number
  workerpools: number
  deals: number
  tasks: number
  completed: number
  claimed: number
  /** nRLC that the hub holds. */
  tvl: Wide
}

/**
 * The order book. One row per published order, whatever its kind: the subject and the restrictions stand in the columns of
 * their names, `0x00…` where an order restricts nothing (requests: app, dataset, workerpool as requested).
 */
export type BookOrderTable = {
  hash: Hex
  kind: OrderKindName
  /** Owner of the asset, or the requester. */
  signer: Address
  app: Address
  dataset: Address
  workerpool: Address
  requester: Address
  beneficiary: Address | null
  /** The price by which the kind is sorted; for requests the workerpoolmaxprice. nRLC. */
  price: number
  app_max_price: number | null
  dataset_max_price: number | null
  volume: number
  remaining: number
  category: number | null
  trust: number | null
  tag: Hex
  /** The 256 bits of the tag in five parts of 52 bits, lowest first, so that SQL can compare bits exactly. */
  tag0: number
  tag1: number
  tag2: number
  tag3: number
  tag4: number
  status: OrderStatus
  /** Block as of which it is no longer open; null while it is open. When that block is undone, it is open again. */
  status_block: number | null
  /** Milliseconds. */
  published_at: number
  /** Block that broadcast it; null when it was published over HTTP. */
  broadcast_block: number | null
  /** The signed order as the wire shows it, JSON. */
  body: string
}

/** Orders that their signers took back: no broadcast brings them into the book again, only publishing them does. */
export type WithdrawnOrderTable = {
  hash: Hex
  signer: Address
  volume: number
  /** Milliseconds. */
  withdrawn_at: number
}

/** Pending challenges of logins. */
export type ChallengeTable = { hash: Hex; address: Address; message: string; expires_at: number }

/** Where the API of a workerpool is, signed by its owner: the last word of each owner it has had, as long as that would hold. */
export type PoolEndpointTable = {
  workerpool: Address
  api_url: string
  valid_until: Wide
  signature: Hex
  signer: Address
}

/**
 * A deal over many datasets at once, and how far the fetching of its files from IPFS is. Nothing of the chain: it stays when its
 * deal is undone, and is only shown together with the deal.
 */
export type BulkTable = {
  deal: Hex
  /** Of the deal, also while that is undone. */
  requester: Address
  /** The file that lists the slices. */
  cid: string
  /** `bot_size` of the deal when this was noted: a deal that comes back with another size is noted anew. */
  bot_size: number
  /** Whether the slices are in `bulk_slice`. */
  listed: number
  /** Bytes that were read for it so far, in vain or not. */
  bytes: number
  /** Turns in a row that brought nothing. */
  attempts: number
  /** When to go on, in milliseconds; null when it is complete or was given up. */
  next_at: number | null
  /** Why something is missing, in one sentence; null when nothing is known to be. */
  problem: string | null
}

/** The datasets of one task of a bulk. Shown as soon as it was fetched. */
export type BulkSliceTable = {
  /** `<deal>-<idx>` */
  id: string
  deal: Hex
  /** Index of the task. */
  idx: number
  cid: string
  task: Hex
  /** Fetches that failed. */
  tries: number
  fetched: number
}

/** Each dataset of a slice once. */
export type BulkDatasetTable = { slice: string; dataset: Address }

/** A dataset order that stands in a slice. */
export type BulkOrderTable = {
  /** `<task>-<position in the file>` */
  id: string
  slice: string
  dataset: Address
  /** The order as JSON, all values strings. */
  body: string
}

/** A view: all of `chain_order`, and the dataset orders of bulk slices, whose ids stand in for hashes. */
export type ShownOrderView = Pick<ChainOrderTable, 'kind' | 'asset' | 'broadcast' | 'price'> & {
  hash: string
  consumed: string
  /** Of an order of a bulk, the slice. */
  slice: string | null
}

export type Schema = {
  meta: MetaTable
  block: BlockTable
  undo: UndoTable
  tx: TxTable
  event: EventTable
  account: AccountTable
  asset: AssetTable
  category: CategoryTable
  deal: DealTable
  task: TaskTable
  contribution: ContributionTable
  chain_order: ChainOrderTable
  stat: StatTable
  total: TotalTable
  book_order: BookOrderTable
  withdrawn_order: WithdrawnOrderTable
  challenge: ChallengeTable
  pool_endpoint: PoolEndpointTable
  bulk: BulkTable
  bulk_slice: BulkSliceTable
  bulk_dataset: BulkDatasetTable
  bulk_order: BulkOrderTable
  shown_order: ShownOrderView
}

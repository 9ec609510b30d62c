// Rows with plain values for tests that need a filled database and no chain. What a test is about, it names; the rest is dull.
import { toWide, WIDE_ZERO } from '@iexec/service'
import type { Address, Hex } from 'viem'
import type {
  AccountTable,
  AssetTable,
  BookOrderTable,
  CategoryTable,
  ContributionTable,
  DealTable,
  EventTable,
  TaskTable,
  TxTable,
} from '../src/db/schema.ts'

/** 2023-11-14T22:13:20Z */
export const START = 1_700_000_000
export const NOBODY: Address = '0x0000000000000000000000000000000000000000'
const NO_TAG: Hex = `0x${'0'.repeat(64)}`

/** The nth address or hash of a series; the letter keeps series apart. */
export function address(n: number, letter = 'a'): Address {
  return `0x${letter}${n.toString(16).padStart(39, '0')}`
}
export function hash(n: number, letter = 'b'): Hex {
  return `0x${letter}${n.toString(16).padStart(63, '0')}`
}

export function assetRow(row: Partial<AssetTable> & Pick<AssetTable, 'address' | 'kind'>): AssetTable {
  const isPool = row.kind === 'workerpool'
  return {
    owner: address(1, 'e'),
    name: `a ${row.kind}`,
    app_type: row.kind === 'app' ? 'DOCKER' : null,
    multiaddr: isPool ? null : '0x1234',
    checksum: isPool ? null : hash(1, 'c'),
    mrenclave: row.kind === 'app' ? '0x' : null,
    worker_stake_ratio: isPool ? toWide(30n) : null,
    scheduler_reward_ratio: isPool ? toWide(1n) : null,
    usage_count: 0,
    last_usage: 0,
    created_at: START,
    transferred_at: START,
    block: 1,
    tx: hash(1, 'f'),
    ...row,
  }
}

export function categoryRow(row: Partial<CategoryTable> & Pick<CategoryTable, 'id'>): CategoryTable {
  const name = `category ${row.id}`
  return { name, description: name, work_clock_time_ref: 300, block: 1, timestamp: START, tx: hash(1, 'f'), ...row }
}

export function accountRow(row: Partial<AccountTable> & Pick<AccountTable, 'address'>): AccountTable {
  return { stake: WIDE_ZERO, locked: WIDE_ZERO, score: WIDE_ZERO, ...row }
}

export function dealRow(row: Partial<DealTable> & Pick<DealTable, 'id'>): DealTable {
  return {
    app: address(1),
    app_owner: address(1, 'e'),
    app_price: toWide(1n),
    dataset: null,
    dataset_owner: null,
    dataset_price: WIDE_ZERO,
    workerpool: address(3),
    workerpool_owner: address(3, 'e'),
    workerpool_price: toWide(10n),
    app_hash: hash(1, 'a'),
    dataset_hash: null,
    workerpool_hash: hash(3, 'a'),
    request_hash: hash(4, 'a'),
    requester: address(4, 'e'),
    beneficiary: address(4, 'e'),
    callback: NOBODY,
    params: '{"iexec_args":"hello"}',
    category: 0,
    tag: NO_TAG,
    trust: toWide(1n),
    start_time: START,
    bot_first: 0,
    bot_size: 1,
    worker_stake: toWide(3n),
    scheduler_reward_ratio: 1,
    sponsor: address(4, 'e'),
    completed_count: 0,
    claimed_count: 0,
    block: 10,
    log_index: 5,
    timestamp: START,
    tx: hash(10, 'f'),
    ...row,
  }
}

export function taskRow(row: Partial<TaskTable> & Pick<TaskTable, 'id' | 'deal'>): TaskTable {
  return {
    idx: 0,
    status: 'active',
    requester: address(4, 'e'),
    app: address(1),
    workerpool: address(3),
    consensus: null,
    result_digest: null,
    results: null,
    results_callback: null,
    failure: null,
    contribution_deadline: START + 2100,
    reveal_deadline: null,
    final_deadline: START + 3000,
    initialized_at: START + 1,
    ended_at: null,
    updated_at: START + 1,
    block: 11,
    log_index: 0,
    ...row,
  }
}

export function contributionRow(
  row: Partial<ContributionTable> & Pick<ContributionTable, 'task' | 'worker'>,
): ContributionTable {
  return {
    id: `${row.task}-${row.worker}`,
    status: 'contributed',
    hash: hash(1, '1'),
    seal: hash(1, '2'),
    challenge: NOBODY,
    weight: toWide(3n),
    digest: null,
    block: 12,
    log_index: 0,
    timestamp: START + 2,
    ...row,
  }
}

export function eventRow(row: Partial<EventTable> & Pick<EventTable, 'kind' | 'block' | 'log_index'>): EventTable {
  return {
    tx: hash(row.block, 'f'),
    timestamp: START + row.block,
    account: null,
    counterparty: null,
    asset: null,
    deal: null,
    task: null,
    order_hash: null,
    amount: null,
    detail: null,
    ...row,
  }
}

export function txRow(row: Partial<TxTable> & Pick<TxTable, 'block'>): TxTable {
  return {
    hash: hash(row.block, 'f'),
    timestamp: START + row.block,
    sender: address(4, 'e'),
    receiver: address(9, 'e'),
    value: WIDE_ZERO,
    gas_limit: 300_000,
    gas_used: 200_000,
    gas_price: toWide(1_000_000_000n),
    ...row,
  }
}

/** A row of the order book. Its `body` is not signed: for tests of queries, not of publishing. */
export function bookRow(row: Partial<BookOrderTable> & Pick<BookOrderTable, 'hash' | 'kind'>): BookOrderTable {
  const isRequest = row.kind === 'request'
  const sorted = isRequest || row.kind === 'workerpool'
  return {
    signer: address(1, 'e'),
    app: NOBODY,
    dataset: NOBODY,
    workerpool: NOBODY,
    requester: NOBODY,
    beneficiary: isRequest ? NOBODY : null,
    price: 1,
    app_max_price: isRequest ? 1 : null,
    dataset_max_price: isRequest ? 0 : null,
    volume: 10,
    remaining: 10,
    category: sorted ? 0 : null,
    trust: sorted ? 0 : null,
    tag: NO_TAG,
    tag0: 0,
    tag1: 0,
    tag2: 0,
    tag3: 0,
    tag4: 0,
    status: 'open',
    status_block: null,
    published_at: START * 1000,
    broadcast_block: null,
    body: '{}',
    ...row,
  }
}

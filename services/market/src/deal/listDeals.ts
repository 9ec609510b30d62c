// Deals as the wire shows them, and lists of them.
import { pagedAnswer, type DealItem, type DealQuery, type Page, type Paged, type TradeItem } from '@iexec/wire'
import type { SelectQueryBuilder, Selectable } from 'kysely'
import type { Hex } from 'viem'
import type { Reader } from '../db/database.ts'
import type { DealTable, Schema } from '../db/schema.ts'
import { shownAddress, shownAddressOrZero, shownMoment, shownNumber, shownWide } from './shown.ts'

const NO_HASH: Hex = `0x${'0'.repeat(64)}`

/** The column that each filter compares. */
const COLUMN_OF = {
  category: 'category',
  requester: 'requester',
  beneficiary: 'beneficiary',
  app: 'app',
  dataset: 'dataset',
  workerpool: 'workerpool',
  appOwner: 'app_owner',
  datasetOwner: 'dataset_owner',
  workerpoolOwner: 'workerpool_owner',
  apporderHash: 'app_hash',
  datasetorderHash: 'dataset_hash',
  workerpoolorderHash: 'workerpool_hash',
  requestorderHash: 'request_hash',
} as const satisfies Record<keyof DealQuery, keyof DealTable>

/** How many deals the list named ohlc has. */
const TRADES = 100

/**
 * The deals that pass all filters, newest first.
 *
 * @example
 * await listDeals(market.read, { chainId: 134, query: { app: '0x…' }, page: { skip: 0, limit: 20 } })
 */
export async function listDeals(
  reader: Reader,
  { chainId, query, page }: { readonly chainId: number; readonly query: DealQuery; readonly page: Page },
): Promise<{ readonly deals: readonly DealItem[] } & Paged> {
  const found = filterDeals(reader.selectFrom('deal'), query)
  const { count } = await found.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  const rows = await found
    .selectAll()
    .orderBy('block', 'desc')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.skip)
    .execute()
  return { deals: rows.map((row) => toDealItem(row, chainId)), ...pagedAnswer({ count, rows: rows.length, page }) }
}

/** One deal; `undefined` when the chain has none of this id. */
export async function findDeal(
  reader: Reader,
  { chainId, dealid }: { readonly chainId: number; readonly dealid: Hex },
): Promise<DealItem | undefined> {
  const row = await reader.selectFrom('deal').selectAll().where('id', '=', dealid).executeTakeFirst()
  return row && toDealItem(row, chainId)
}

/** The newest 100 deals of a category, as the list that the wire calls ohlc: when, for how much, how many tasks. */
export async function listOhlc(
  reader: Reader,
  { category }: { readonly category: number },
): Promise<readonly TradeItem[]> {
  const rows = await reader
    .selectFrom('deal')
    .select(['timestamp', 'workerpool_price', 'bot_size'])
    .where('category', '=', category)
    .orderBy('block', 'desc')
    .orderBy('workerpool_price')
    .orderBy('id')
    .limit(TRADES)
    .execute()
  return rows.map((row) => [shownMoment(row.timestamp), shownWide(row.workerpool_price), shownNumber(row.bot_size)])
}

/**
 * A deal as the wire shows it.
 *
 * @example
 * toDealItem(row, 134).blockTimestamp // '2023-11-14T22:13:20.000Z'
 */
function toDealItem(row: Selectable<DealTable>, chainId: number): DealItem {
  return {
    dealid: row.id,
    chainId,
    app: asset(row.app, row.app_owner, row.app_price),
    dataset: asset(row.dataset, row.dataset_owner, row.dataset_price),
    workerpool: asset(row.workerpool, row.workerpool_owner, row.workerpool_price),
    requester: shownAddress(row.requester),
    beneficiary: shownAddress(row.beneficiary),
    callback: shownAddress(row.callback),
    appHash: row.app_hash,
    datasetHash: row.dataset_hash ?? NO_HASH,
    workerpoolHash: row.workerpool_hash,
    requestHash: row.request_hash,
    params: row.params,
    volume: shownNumber(row.bot_size),
    category: row.category,
    tag: row.tag,
    trust: shownWide(row.trust),
    startTime: row.start_time,
    botFirst: shownNumber(row.bot_first),
    botSize: shownNumber(row.bot_size),
    schedulerRewardRatio: row.scheduler_reward_ratio,
    workerStake: shownWide(row.worker_stake),
    blockNumber: row.block,
    blockTimestamp: shownMoment(row.timestamp),
    transactionHash: row.tx,
  }
}

function asset(
  pointer: DealTable['dataset'],
  owner: DealTable['dataset_owner'],
  price: DealTable['dataset_price'],
): DealItem['app'] {
  return { pointer: shownAddressOrZero(pointer), owner: shownAddressOrZero(owner), price: shownWide(price) }
}

type Found = SelectQueryBuilder<Schema, 'deal', object>

function filterDeals(deals: Found, query: DealQuery): Found {
  return (Object.keys(COLUMN_OF) as (keyof typeof COLUMN_OF)[]).reduce((found, name) => {
    const value = query[name]
    if (value === undefined) return found
    // A deal without a dataset shows zeros, and is found by them.
    const isNone = name.startsWith('dataset') && /^0x0+$/u.test(String(value))
    return isNone ? found.where(COLUMN_OF[name], 'is', null) : found.where(COLUMN_OF[name], '=', value)
  }, deals)
}

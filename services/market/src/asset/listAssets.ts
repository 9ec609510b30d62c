// Apps, datasets and workerpools as the wire shows them, and lists of them.
import { decodeMultiaddr } from '@iexec/protocol'
import { pagedAnswer, type AssetItem, type AssetQuery, type Page, type Paged } from '@iexec/wire'
import { sql } from 'kysely'
import type { Address } from 'viem'
import type { Reader } from '../db/database.ts'
import type { AssetKind, AssetTable } from '../db/schema.ts'
import { shownAddress, shownMoment, shownNumber, shownWide } from '../deal/shown.ts'
import { containing } from '../search/pattern.ts'

/**
 * The assets of a kind that pass all filters, newest first.
 *
 * @example
 * await listAssets(market.read, { chainId: 134, kind: 'app', query: { name: 'llama' }, page: { skip: 0, limit: 20 } })
 */
export async function listAssets(
  reader: Reader,
  asked: { readonly chainId: number; readonly kind: AssetKind; readonly query: AssetQuery; readonly page: Page },
): Promise<{ readonly assets: readonly AssetItem[] } & Paged> {
  const { chainId, kind, query, page } = asked
  const { owner, name } = query
  let found = reader.selectFrom('asset').where('kind', '=', kind)
  if (owner !== undefined) found = found.where('owner', '=', owner)
  if (name !== undefined) found = found.where(sql<boolean>`lower(name) like lower(${containing(name)}) escape '\\'`)
  const { count } = await found.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  const rows = await found
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('address')
    .limit(page.limit)
    .offset(page.skip)
    .execute()
  return { assets: rows.map((row) => toAssetItem(row, chainId)), ...pagedAnswer({ count, rows: rows.length, page }) }
}

/** One asset; `undefined` when no registry has one of this kind at the address. */
export async function findAsset(
  reader: Reader,
  { chainId, kind, address }: { readonly chainId: number; readonly kind: AssetKind; readonly address: Address },
): Promise<AssetItem | undefined> {
  const row = await reader
    .selectFrom('asset')
    .selectAll()
    .where('address', '=', address)
    .where('kind', '=', kind)
    .executeTakeFirst()
  return row && toAssetItem(row, chainId)
}

function toAssetItem(row: AssetTable, chainId: number): AssetItem {
  return {
    address: shownAddress(row.address),
    chainId,
    kind: row.kind,
    owner: shownAddress(row.owner),
    name: row.name,
    type: row.app_type,
    multiaddr: row.multiaddr === null ? null : decodeMultiaddr(row.multiaddr),
    checksum: row.checksum,
    mrenclave: row.mrenclave,
    workerStakeRatio: row.worker_stake_ratio === null ? null : shownWide(row.worker_stake_ratio),
    schedulerRewardRatio: row.scheduler_reward_ratio === null ? null : shownWide(row.scheduler_reward_ratio),
    usageCount: shownNumber(row.usage_count),
    lastUsageTimestamp: row.last_usage === 0 ? null : shownMoment(row.last_usage),
    transferTimestamp: shownMoment(row.transferred_at),
    blockNumber: row.block,
    blockTimestamp: shownMoment(row.created_at),
    transactionHash: row.tx,
  }
}

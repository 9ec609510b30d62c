// Apps, datasets and workerpools in lists: as the market's GraphQL sorts them, or as its plain lists tell them.
import type { AssetItem, WireAssetKind } from '@iexec/wire'
import { getAddress, type Address } from 'viem'
import { graphSource, mapSource, marketSource, type Source } from '../show/source.ts'
import type { Sorting } from '../show/Table.tsx'

/** What lists tell of an asset. */
export type AssetRow = {
  readonly address: Address
  readonly owner: Address
  readonly name: string
  readonly type: string | null
  readonly usageCount: number
  /** Seconds since 1970; null when it was never used. */
  readonly lastUsage: number | null
}

/** Which assets. */
export type AssetWish = {
  readonly owner?: Address | undefined
  readonly name?: string | undefined
  /** Only those that were used since then, in seconds since 1970. */
  readonly usedSince?: number
}

/** What lists of apps and workerpools can be sorted by, in words of addresses. */
export const ASSET_SORTS = ['usage', 'used', 'name'] as const

/** One of them. */
export type AssetSort = (typeof ASSET_SORTS)[number]

const FIELDS: { readonly [S in AssetSort]: { readonly [K in 'app' | 'workerpool']: string } } = {
  usage: { app: 'usageCount', workerpool: 'usageCount' },
  used: { app: 'lastUsageTimestamp', workerpool: 'lastUsageTimestamp' },
  name: { app: 'name', workerpool: 'description' },
}

type Raw = {
  readonly id: Address
  readonly owner: { readonly id: Address }
  readonly name: string
  readonly type?: string
  readonly usageCount: string
  readonly lastUsageTimestamp: string
}

/**
 * Assets of one kind. Apps and workerpools are sorted as wished, the most used first by default; datasets are the newest first.
 *
 * @example
 * assetSource('app', { name: 'llama' }, { by: 'usage', isUp: false })
 */
export function assetSource(kind: WireAssetKind, wish: AssetWish, sorting: Sorting): Source<AssetRow> {
  if (kind === 'dataset') {
    const { owner, name } = wish
    return mapSource(
      marketSource<AssetItem>({ path: '/datasets', rows: 'datasets', query: { owner, name }, news: 'deals' }),
      ofItem,
    )
  }
  const by = FIELDS[ASSET_SORTS.find((sort) => sort === sorting.by) ?? 'usage'][kind]
  return mapSource(
    graphSource<Raw>({
      query: questionOf(kind),
      variables: { where: whereOf(kind, wish), by, direction: sorting.isUp ? 'asc' : 'desc' },
      news: 'deals',
    }),
    ofRaw,
  )
}

function questionOf(kind: 'app' | 'workerpool'): string {
  const type = kind === 'app' ? 'App' : 'Workerpool'
  return `query ($first: Int, $skip: Int, $where: ${type}_filter, $by: ${type}_orderBy, $direction: OrderDirection) {
  rows: ${kind}s(first: $first, skip: $skip, where: $where, orderBy: $by, orderDirection: $direction) {
    id owner { id } ${kind === 'app' ? 'name type' : 'name: description'} usageCount lastUsageTimestamp
  }
}`
}

function whereOf(kind: 'app' | 'workerpool', { owner, name, usedSince }: AssetWish): object {
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(name === undefined ? {} : { [kind === 'app' ? 'name_contains_nocase' : 'description_contains_nocase']: name }),
    ...(usedSince === undefined ? {} : { lastUsageTimestamp_gt: String(usedSince) }),
  }
}

function ofRaw({ id, owner, name, type, usageCount, lastUsageTimestamp }: Raw): AssetRow {
  const lastUsage = Number(lastUsageTimestamp)
  return {
    // GraphQL tells addresses in lower case; what is saved has the checksum of their case, too.
    address: getAddress(id),
    owner: getAddress(owner.id),
    name,
    type: type ?? null,
    usageCount: Number(usageCount),
    lastUsage: lastUsage === 0 ? null : lastUsage,
  }
}

function ofItem({ address, owner, name, type, usageCount, lastUsageTimestamp }: AssetItem): AssetRow {
  const lastUsage = lastUsageTimestamp === null ? null : Date.parse(lastUsageTimestamp) / 1_000
  return { address, owner, name, type, usageCount, lastUsage }
}

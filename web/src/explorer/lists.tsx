// The lists of the explorer, for pages of their own and for parts of other pages.
import type { ContributionItem, DealItem, HistoryItem, TaskItem, WireAssetKind } from '@iexec/wire'
import type { Address } from 'viem'
import { useMemo, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from '../language/useTranslation.ts'
import type { Query } from '../read/ask.ts'
import { Id } from '../show/Id.tsx'
import { momentColumn } from '../show/momentColumn.tsx'
import { List } from '../show/List.tsx'
import { marketSource } from '../show/source.ts'
import type { Column, Sorting } from '../show/Table.tsx'
import { assetSource, type AssetRow, type AssetWish } from './assets.ts'
import { contributionColumns, dealColumnsOf, eventColumns, taskColumns, type ExplorerWords } from './columns.tsx'

/** Which rows of a list, and which page of them. */
export type PartProps = {
  /** What the market is asked for. */
  readonly query: Query
  readonly page: number
  readonly filters?: ReactNode
  readonly isFiltered?: boolean
}

/** Deals, the newest first. */
export function DealList(props: PartProps): ReactElement {
  const { t } = useTranslation('explorer')
  const columns = useMemo(() => dealColumnsOf(t), [t])
  return (
    <List<DealItem>
      {...props}
      caption={t('deals')}
      name="deals"
      columns={columns}
      source={marketSource<DealItem>({ path: '/deals', rows: 'deals', query: props.query, news: 'deals' })}
      keyOf={({ dealid }) => dealid}
    />
  )
}

/** Tasks that were begun, the newest first. */
export function TaskList(props: PartProps): ReactElement {
  const { t } = useTranslation('explorer')
  const columns = useMemo(() => taskColumns(t), [t])
  return (
    <List<TaskItem>
      {...props}
      caption={t('tasks')}
      name="tasks"
      columns={columns}
      source={marketSource<TaskItem>({ path: '/tasks', rows: 'tasks', query: props.query, news: 'tasks' })}
      keyOf={({ taskid }) => taskid}
    />
  )
}

/** Contributions, the newest first. */
export function ContributionList(props: PartProps): ReactElement {
  const { t } = useTranslation('explorer')
  const columns = useMemo(() => contributionColumns(t), [t])
  const { query } = props
  return (
    <List<ContributionItem>
      {...props}
      caption={t('contributions')}
      name="contributions"
      columns={columns}
      source={marketSource<ContributionItem>({ path: '/contributions', rows: 'contributions', query, news: 'tasks' })}
      keyOf={({ contributionid }) => contributionid}
    />
  )
}

/** Everything that the chain told about an account, the newest first. */
export function HistoryList({ address, page }: { readonly address: Address; readonly page: number }): ReactElement {
  const { t } = useTranslation('explorer')
  const columns = useMemo(() => eventColumns(address, t), [address, t])
  return (
    <List<HistoryItem>
      page={page}
      caption={t('history')}
      name={`history-${address}`}
      columns={columns}
      source={marketSource<HistoryItem>({ path: `/accounts/${address}/history`, rows: 'events', news: 'blocks' })}
      keyOf={({ id }) => id}
    />
  )
}

/** Which assets, and how they are sorted. */
export type AssetListProps = Omit<PartProps, 'query'> & {
  readonly kind: WireAssetKind
  readonly wish: AssetWish
  readonly sorting: Sorting
}

/** Apps, datasets or workerpools. */
export function AssetList({ kind, wish, sorting, ...props }: AssetListProps): ReactElement {
  const { t } = useTranslation('explorer')
  const columns = useMemo(() => assetColumns(kind, t), [kind, t])
  return (
    <List<AssetRow>
      {...props}
      caption={t(`${kind}s`)}
      name={`${kind}s`}
      columns={columns}
      source={assetSource(kind, wish, sorting)}
      sorting={kind === 'dataset' ? undefined : sorting}
      keyOf={({ address }) => address}
    />
  )
}

/** What lists tell of assets; those of datasets have one order. */
export function assetColumns(
  kind: WireAssetKind,
  t: ExplorerWords,
  { isSortable = kind !== 'dataset' }: { readonly isSortable?: boolean } = {},
): readonly Column<AssetRow>[] {
  const sort = (by: string): { readonly sort?: string } => (isSortable ? { sort: by } : {})
  return [
    {
      key: 'name',
      title: t('name'),
      cell: ({ address, name }) => <Id id={address} kind={kind} name={name.trim() === '' ? undefined : name} />,
      value: ({ name }) => name,
      ...sort('name'),
    },
    {
      key: kind,
      title: t('address'),
      cell: ({ address }) => <Id id={address} kind={kind} name={null} />,
      value: ({ address }) => address,
    },
    ...(kind === 'app' ? [typeColumn(t)] : []),
    {
      key: 'owner',
      title: t('owner'),
      cell: ({ owner }) => <Id id={owner} kind="address" />,
      value: ({ owner }) => owner,
    },
    {
      key: 'tasks',
      title: t('usage'),
      cell: ({ usageCount }) => usageCount,
      value: ({ usageCount }) => usageCount,
      isAmount: true,
      ...sort('usage'),
    },
    momentColumn({ key: 'last_used', title: t('lastUsed'), ...sort('used') }, ({ lastUsage }) => lastUsage),
  ]
}

function typeColumn(t: ExplorerWords): Column<AssetRow> {
  return { key: 'type', title: t('type'), cell: ({ type }) => type, value: ({ type }) => type }
}

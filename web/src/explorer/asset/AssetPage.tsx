// An app, a dataset or a workerpool: what it is, how it does, its deals, and what it is offered for.
import type { AssetItem, WireAssetKind } from '@iexec/wire'
import { useParams } from '@tanstack/react-router'
import type { Address } from 'viem'
import type { ReactElement } from 'react'
import { Badge } from '../../badge/Badge.tsx'
import { useTranslation } from '../../language/useTranslation.ts'
import { useMarket } from '../../read/useMarket.ts'
import { Id } from '../../show/Id.tsx'
import { Beside, Page } from '../../show/Page.tsx'
import { Empty, Failure, Outdated, Skeleton } from '../../show/states.tsx'
import { Tabs, type Tab } from '../../show/Tabs.tsx'
import { addressField, useSearchOf } from '../../site/search.ts'
import type { ExplorerWords } from '../columns.tsx'
import { DealList } from '../lists.tsx'
import { isMissing } from '../missing.ts'
import { readTabSearch } from '../searches.ts'
import { Watch } from '../../watch/Watch.tsx'
import { ChartDays, StatCharts } from '../StatCharts.tsx'
import { AssetFacts } from './AssetFacts.tsx'
import { OrderList } from './OrderList.tsx'

/** The page of an app. */
export function AppPage(): ReactElement {
  return <AssetPage kind="app" />
}

/** The page of a dataset. */
export function DatasetPage(): ReactElement {
  return <AssetPage kind="dataset" />
}

/** The page of a workerpool. */
export function WorkerpoolPage(): ReactElement {
  return <AssetPage kind="workerpool" />
}

function AssetPage({ kind }: { readonly kind: WireAssetKind }): ReactElement {
  const { t } = useTranslation('explorer')
  const { id = '' }: { readonly id?: string } = useParams({ strict: false })
  const address = addressField(id)
  if (address !== undefined) return <Asset kind={kind} address={address} />
  return (
    <Page title={t(kind)}>
      <p className="card p-4">{t('notAnAddress')}</p>
    </Page>
  )
}

type AssetProps = { readonly kind: WireAssetKind; readonly address: Address }

function Asset({ kind, address }: AssetProps): ReactElement {
  const { t } = useTranslation('explorer')
  const { tab = tabsOf(kind, t)[0]?.key ?? '' } = useSearchOf(readTabSearch)
  const query = useMarket<AssetItem>({ path: `/${kind}s/${address}`, news: 'deals' })
  const { data, error, refetch } = query
  const name = data?.name.trim() ?? ''
  return (
    <Page
      title={name === '' ? t(kind) : name}
      beside={
        <Beside>
          <Id id={address} kind={kind} name={null} isWhole />
          {kind !== 'dataset' && <Watch kind={kind} id={address} />}
          {kind !== 'dataset' && data !== undefined && <Badge kind={kind} address={address} />}
        </Beside>
      }
    >
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && isMissing(error) && (
        <div className="card">
          <Empty>{t(`missing.${kind}`)}</Empty>
        </div>
      )}
      {data === undefined && error !== null && !isMissing(error) && (
        <Failure error={error} retry={() => void refetch()} />
      )}
      <Outdated query={query} />
      {data !== undefined && (
        <>
          <AssetFacts asset={data} />
          <Tabs label={t('parts')} tabs={tabsOf(kind, t)} chosen={tab} />
          <Part tab={tab} kind={kind} address={address} />
        </>
      )}
    </Page>
  )
}

function tabsOf(kind: WireAssetKind, t: ExplorerWords): readonly Tab[] {
  // Nobody counts the days of datasets.
  const figures = kind === 'dataset' ? [] : [{ key: 'figures', title: t('figures') }]
  return [...figures, { key: 'deals', title: t('deals') }, { key: 'orders', title: t('openOrders') }]
}

function Part({ tab, kind, address }: AssetProps & { readonly tab: string }): ReactElement {
  const { t } = useTranslation('explorer')
  const { page = 1 } = useSearchOf(readTabSearch)
  if (tab === 'orders') return <OrderList kind={kind} address={address} page={page} />
  if (tab === 'deals' || kind === 'dataset') return <DealList query={{ [kind]: address }} page={page} />
  return (
    <section className="grid gap-4" aria-labelledby="figures">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="figures" className="text-lg font-semibold">
          {t('figures')}
        </h2>
        <ChartDays />
      </div>
      <StatCharts query={{ [kind]: address }} />
    </section>
  )
}

// A worker: how far it is trusted, what it contributed, and what that earned.
import type { AccountItem, WireContributionStatus } from '@iexec/wire'
import { useParams } from '@tanstack/react-router'
import type { Address } from 'viem'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { useMarket } from '../../read/useMarket.ts'
import { Amount } from '../../show/Amount.tsx'
import { Figures } from '../../show/Figures.tsx'
import { Id } from '../../show/Id.tsx'
import { Page } from '../../show/Page.tsx'
import { Failure, Outdated, Skeleton } from '../../show/states.tsx'
import { Tabs } from '../../show/Tabs.tsx'
import { addressField, useSearchOf } from '../../site/search.ts'
import { EarningsOf } from '../account/EarningsOf.tsx'
import { ContributionList, TaskList } from '../lists.tsx'
import { readTabSearch } from '../searches.ts'

/** The page of a worker. */
export function WorkerPage(): ReactElement {
  const { t } = useTranslation('explorer')
  const { id = '' }: { readonly id?: string } = useParams({ strict: false })
  const address = addressField(id)
  if (address !== undefined) return <Worker address={address} />
  return (
    <Page title={t('worker')}>
      <p className="card p-4">{t('notAnAddress')}</p>
    </Page>
  )
}

function Worker({ address }: { readonly address: Address }): ReactElement {
  const { t } = useTranslation('explorer')
  const { tab = 'contributions', page = 1 } = useSearchOf(readTabSearch)
  const query = useMarket<AccountItem>({ path: `/accounts/${address}`, news: 'blocks' })
  const { data, error, refetch } = query
  const tabs = [
    { key: 'contributions', title: t('contributions'), count: data?.contributions },
    { key: 'tasks', title: t('tasks') },
    { key: 'earnings', title: t('earnings.title') },
  ]
  return (
    <Page title={t('worker')} beside={<Id id={address} kind="address" isWhole />}>
      {data === undefined && error === null && <Skeleton />}
      {data === undefined && error !== null && <Failure error={error} retry={() => void refetch()} />}
      <Outdated query={query} />
      {data !== undefined && <WorkerFigures account={data} />}
      <Tabs label={t('parts')} tabs={tabs} chosen={tab} />
      {tab === 'earnings' && data !== undefined && <EarningsOf account={data} />}
      {tab === 'tasks' && <TaskList query={{ worker: address }} page={page} />}
      {tab !== 'earnings' && tab !== 'tasks' && <ContributionList query={{ worker: address }} page={page} />}
    </Page>
  )
}

function WorkerFigures({ account }: { readonly account: AccountItem }): ReactElement {
  const { t, language } = useTranslation('explorer')
  const { score, contributions, earned, stake, locked, address } = account
  const proved = useCount(address, 'proved')
  const rejected = useCount(address, 'rejected')
  const write = (count: number | undefined): string => count?.toLocaleString(language) ?? '…'
  return (
    <Figures
      figures={[
        { name: t('score'), value: score, note: t('scoreNote') },
        { name: t('contributions'), value: write(contributions) },
        { name: t('contributionStatus.proved'), value: write(proved) },
        { name: t('contributionStatus.rejected'), value: write(rejected) },
        { name: t('earned'), value: <Amount nRLC={earned} /> },
        { name: t('stake'), value: <Amount nRLC={stake} />, note: t('stakeNote') },
        { name: t('locked'), value: <Amount nRLC={locked} />, note: t('lockedNote') },
      ]}
    />
  )
}

function useCount(worker: Address, status: WireContributionStatus): number | undefined {
  const query = { worker, status, pageSize: 10, pageIndex: 0 }
  return useMarket<{ readonly count: number }>({ path: '/contributions', query, news: 'tasks' }).data?.count
}

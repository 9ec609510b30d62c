// An account: what it has, where its locked money is, what it earned, and everything that it did.
import { formatCoin } from '@iexec/protocol'
import type { AccountItem } from '@iexec/wire'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { Address } from 'viem'
import type { ReactElement } from 'react'
import { useTranslation } from '../../language/useTranslation.ts'
import { readHoldings } from '../../read/contracts.ts'
import { useMarket } from '../../read/useMarket.ts'
import { Amount } from '../../show/Amount.tsx'
import { Facts } from '../../show/Facts.tsx'
import { Figures } from '../../show/Figures.tsx'
import { Id } from '../../show/Id.tsx'
import { Beside, Page } from '../../show/Page.tsx'
import { Failure, Outdated, Skeleton } from '../../show/states.tsx'
import { Tabs, type Tab } from '../../show/Tabs.tsx'
import { useChain } from '../../site/chain.tsx'
import { addressField, useSearchOf } from '../../site/search.ts'
import { AssetList, ContributionList, DealList, HistoryList } from '../lists.tsx'
import { readTabSearch } from '../searches.ts'
import { Watch } from '../../watch/Watch.tsx'
import { EarningsOf } from './EarningsOf.tsx'
import { WhereMoneyIs } from './WhereMoneyIs.tsx'

/** The page of an address. */
export function AccountPage(): ReactElement {
  const { t } = useTranslation('explorer')
  const { id = '' }: { readonly id?: string } = useParams({ strict: false })
  const address = addressField(id)
  if (address === undefined) {
    return (
      <Page title={t('account')}>
        <p className="card p-4">{t('notAnAddress')}</p>
      </Page>
    )
  }
  return <Account address={address} />
}

function Account({ address }: { readonly address: Address }): ReactElement {
  const { t } = useTranslation('explorer')
  const { tab = 'overview' } = useSearchOf(readTabSearch)
  const query = useMarket<AccountItem>({ path: `/accounts/${address}`, news: 'blocks' })
  const { data, error, refetch } = query
  return (
    <Page
      title={t('account')}
      beside={
        <Beside>
          <Id id={address} kind="address" isWhole />
          <Watch kind="address" id={address} />
        </Beside>
      }
    >
      <AssetAtAddress address={address} />
      {data === undefined && error === null && <Skeleton />}
      {data === undefined && error !== null && <Failure error={error} retry={() => void refetch()} />}
      <Outdated query={query} />
      {data !== undefined && <Money account={data} />}
      <Tabs label={t('parts')} tabs={tabsOf(data, t)} chosen={tab} />
      <Part tab={tab} address={address} account={data} />
    </Page>
  )
}

function Money({ account }: { readonly account: AccountItem }): ReactElement {
  const { t } = useTranslation('explorer')
  const { stake, locked, earned, score, address, contributions } = account
  const chain = useChain()
  const { data: held, error } = useQuery({
    queryKey: [chain.slug, 'blocks', 'holdings', address],
    queryFn: async ({ signal }) => readHoldings(chain, address, signal),
    staleTime: 5_000,
  })
  const unknown = error === null ? '…' : '–'
  return (
    <Figures
      figures={[
        { name: t('stake'), value: <Amount nRLC={stake} />, note: t('stakeNote') },
        { name: t('locked'), value: <Amount nRLC={locked} />, note: t('lockedNote') },
        {
          name: t('held'),
          value: held === undefined ? unknown : <Amount nRLC={held.nRLC} />,
          note: held === undefined ? undefined : t('heldNote', { coins: formatCoin(held.wei, chain.coin.symbol) }),
        },
        { name: t('earned'), value: <Amount nRLC={earned} />, note: t('earnedNote') },
        {
          name: t('score'),
          value: score,
          note:
            contributions === 0 ? (
              t('scoreNote')
            ) : (
              <Link to={`/${chain.slug}/worker/${address}`} className="link">
                {t('asWorker')}
              </Link>
            ),
        },
      ]}
    />
  )
}

/** An address may be that of an asset, too: then people look for that. */
function AssetAtAddress({ address }: { readonly address: Address }): ReactElement | null {
  const { t } = useTranslation('explorer')
  const { data } = useMarket<{ readonly results: readonly { readonly type: string }[] }>({
    path: '/search',
    query: { q: address, limit: 10 },
    news: 'never',
  })
  const kinds = (['app', 'dataset', 'workerpool'] as const).filter((kind) =>
    data?.results.some(({ type }) => type === kind),
  )
  if (kinds.length === 0) return null
  return (
    <div className="card">
      <Facts facts={kinds.map((kind) => [t(kind), <Id key={kind} id={address} kind={kind} />])} />
    </div>
  )
}

function tabsOf(
  account: AccountItem | undefined,
  t: ReturnType<typeof useTranslation<'explorer'>>['t'],
): readonly Tab[] {
  return [
    { key: 'overview', title: t('tab.overview') },
    { key: 'history', title: t('history') },
    { key: 'deals', title: t('requested'), count: account?.deals },
    { key: 'contributions', title: t('contributions'), count: account?.contributions },
    { key: 'apps', title: t('apps'), count: account?.apps },
    { key: 'datasets', title: t('datasets'), count: account?.datasets },
    { key: 'workerpools', title: t('workerpools'), count: account?.workerpools },
  ]
}

type PartProps = { readonly tab: string; readonly address: Address; readonly account: AccountItem | undefined }

function Part({ tab, address, account }: PartProps): ReactElement | null {
  const { page = 1 } = useSearchOf(readTabSearch)
  const owned = { wish: { owner: address }, sorting: { by: 'usage', isUp: false }, page }
  switch (tab) {
    case 'history':
      return <HistoryList address={address} page={page} />
    case 'deals':
      return <DealList query={{ requester: address }} page={page} />
    case 'contributions':
      return <ContributionList query={{ worker: address }} page={page} />
    case 'apps':
      return <AssetList kind="app" {...owned} />
    case 'datasets':
      return <AssetList kind="dataset" {...owned} />
    case 'workerpools':
      return <AssetList kind="workerpool" {...owned} />
    default:
      return account === undefined ? null : (
        <>
          <WhereMoneyIs account={account} />
          <EarningsOf account={account} />
        </>
      )
  }
}

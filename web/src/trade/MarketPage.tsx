// The market: each category with the best price on both sides.
import type { CategoryItem, OrderItem } from '@iexec/wire'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useMarket } from '../read/useMarket.ts'
import { Amount } from '../show/Amount.tsx'
import { Page } from '../show/Page.tsx'
import { Empty, Failure, Skeleton } from '../show/states.tsx'
import { useChain } from '../site/chain.tsx'
import { MarketLinks } from './MarketLinks.tsx'

/** All categories, each a card that leads to its book. */
export function MarketPage(): ReactElement {
  const { t } = useTranslation('trade')
  const { data, error, refetch } = useMarket<{ readonly categories: readonly CategoryItem[] }>({
    path: '/categories',
    query: { pageSize: 100 },
    news: 'blocks',
  })
  return (
    <Page title={t('market')} beside={<MarketLinks />}>
      <p className="max-w-prose text-muted">{t('about')}</p>
      {data === undefined && error === null && <Skeleton lines={6} />}
      {data === undefined && error !== null && <Failure error={error} retry={() => void refetch()} />}
      {data?.categories.length === 0 && <Empty />}
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
        {data?.categories.map((category) => (
          <li key={category.catid}>
            <CategoryCard category={category} />
          </li>
        ))}
      </ul>
    </Page>
  )
}

function CategoryCard({ category }: { readonly category: CategoryItem }): ReactElement {
  const { t } = useTranslation('trade')
  const { slug } = useChain()
  const { catid, name, workClockTimeRef } = category
  const query = { category: catid, pageSize: 10 }
  const asks = useMarket<{ readonly orders: readonly OrderItem<'workerpoolorder'>[]; readonly count: number }>({
    path: '/workerpoolorders',
    query: { ...query, app: 'any', dataset: 'any', requester: 'any' },
    news: 'orders',
  })
  const bids = useMarket<{ readonly orders: readonly OrderItem<'requestorder'>[]; readonly count: number }>({
    path: '/requestorders',
    query: { ...query, workerpool: 'any' },
    news: 'orders',
  })
  const ask = asks.data?.orders[0]?.order.workerpoolprice
  const bid = bids.data?.orders[0]?.order.workerpoolmaxprice
  return (
    <Link to={`/${slug}/market/${catid}`} className="card grid gap-2 p-4 hover:bg-raised">
      <span className="flex items-baseline justify-between gap-2">
        <bdi className="text-lg font-semibold">{name}</bdi>
        <span className="text-muted">{t('upTo', { minutes: Math.ceil(workClockTimeRef / 60) })}</span>
      </span>
      <span className="flex justify-between gap-2">
        <span>{t('bestAsk')}</span>
        {ask === undefined ? <span className="text-muted">{t('noOrder')}</span> : <Amount nRLC={ask} />}
      </span>
      <span className="flex justify-between gap-2">
        <span>{t('bestBid')}</span>
        {bid === undefined ? <span className="text-muted">{t('noOrder')}</span> : <Amount nRLC={bid} />}
      </span>
      <span className="text-muted">
        {t('openOrders', { count: (asks.data?.count ?? 0) + (bids.data?.count ?? 0) })}
      </span>
    </Link>
  )
}
